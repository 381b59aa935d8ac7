import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Event, Outcome, Request } from './channel';

/** The runner of cells as the front process sees it. */
interface Runner {
  ask(request: RequestWithoutId): Promise<unknown>;
  tell(request: Request): void;
  /** Interrupts the running cell; one that does not stop in time is ended with its process, and a new one is started. */
  interrupt(): void;
  end(): void;
}

type RequestWithoutId = Request extends infer R ? (R extends { id: number } ? Omit<R, 'id'> : never) : never;

/** How long an interrupted cell has to stop. */
const patience = 2000;

const lost: Outcome = {
  status: 'error',
  ename: 'KernelRestarted',
  evalue:
    'the cell did not stop when interrupted, so its process was ended; all variables are lost: run the cells again',
  traceback: [
    'KernelRestarted: the cell did not stop when interrupted, so its process was ended; all variables are lost: run the cells again',
  ],
};

/** Starts the runner; `onEvent` gets what it publishes, in order. */
export function startRunner(onEvent: (event: Event) => void): Runner {
  let child: ChildProcess;
  let nextId = 0;
  let ended = false;
  let pending = new Map<number, { type: string; resolve: (value: unknown) => void }>();

  const start = () => {
    const own = fork(join(__dirname, 'runner.js'), {
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child = own;
    own.on('message', (event: Event) => {
      if (own !== child) return;
      if (event.type !== 'done') return onEvent(event);
      pending.get(event.id)?.resolve(event.value);
      pending.delete(event.id);
    });
    own.on('exit', () => {
      if (own === child && !ended) restart();
    });
  };
  const restart = () => {
    const open = pending;
    pending = new Map();
    const old = child;
    start();
    old.kill('SIGKILL');
    onEvent({ type: 'comms', comms: {} });
    for (const { type, resolve } of open.values()) resolve(type === 'execute' ? lost : null);
  };
  start();

  return {
    ask(request) {
      const id = nextId++;
      return new Promise((resolve) => {
        pending.set(id, { type: request.type, resolve });
        child.send({ ...request, id });
      });
    },
    tell: (request) => void child.send(request),
    interrupt() {
      const running = [...pending].filter(([, { type }]) => type === 'execute').map(([id]) => id);
      const own = child;
      own.kill('SIGINT');
      setTimeout(() => {
        if (own === child && running.some((id) => pending.has(id))) restart();
      }, patience);
    },
    end() {
      ended = true;
      child.kill('SIGKILL');
    },
  };
}
