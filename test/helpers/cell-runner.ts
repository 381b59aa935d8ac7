import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Event, Outcome } from '../../kernels/spanlab/channel';
import { temporaryFolder } from './temporary';

/** The outcome of a cell: how it ended, and what it printed to both streams. */
interface Ran {
  outcome: Outcome;
  printed: string;
}

/** The built process that runs cells, without Jupyter, in an empty folder; `cell` runs one after the other. */
export async function startCells(context: TestContext, { env = process.env, cwd = '' } = {}) {
  const child = fork(join(__dirname, '..', '..', 'dist', 'kernel', 'runner.js'), {
    serialization: 'advanced',
    execArgv: [],
    cwd: cwd || (await temporaryFolder(context)),
    env,
  });
  context.after(() => child.kill('SIGKILL'));
  const events: Event[] = [];
  child.on('message', (event: Event) => void events.push(event));
  await once(child, 'message');
  let last = 0;
  return {
    events,
    async cell(code: string): Promise<Ran> {
      const id = ++last;
      const first = events.length;
      child.send({ type: 'execute', id, code, allowsInput: false });
      for (;;) {
        const told = events.slice(first);
        const done = told.find((event) => event.type === 'done' && event.id === id);
        if (!done) {
          await once(child, 'message');
          continue;
        }
        const texts = told.flatMap((event) =>
          event.type === 'publish' && event.message === 'stream'
            ? (event.content as { text: string }).text
            : [],
        );
        return { outcome: (done as { value: Outcome }).value, printed: texts.join('') };
      }
    },
  };
}
