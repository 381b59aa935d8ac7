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

function lostBecause(reason: string): Outcome {
  const [ename, evalue] = ['KernelRestarted', `${reason}; all variables are lost: run the cells again`];
  return { status: 'error', ename, evalue, traceback: [`${ename}: ${evalue}`] };
}

/** Why the process of the cells ended. */
function endOf(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal === 'SIGABRT' || code === 134)
    return 'the process of the cells ran out of memory (SIGABRT); NODE_OPTIONS=--max-old-space-size=8192 gives it more';
  if (signal === 'SIGKILL')
    return 'the process of the cells was killed (SIGKILL), as the system does when memory runs out';
  if (signal) return `the process of the cells ended by ${signal}`;
  return `the process of the cells ended with exit code ${code}, as process.exit does`;
}

/** Starts the runner; `onEvent` gets its events, in order. */
export function startRunner(onEvent: (event: Event) => void): Runner {
  let child: ChildProcess;
  let nextId = 0;
  let ended = false;
  let isReady = false;
  let pending = new Map<number, { type: string; resolve: (value: unknown) => void }>();

  const start = () => {
    const own = fork(join(__dirname, 'runner.js'), {
      serialization: 'advanced',
      // Whatever a cell starts, threads included, sends no usage by ONNX Runtime.
      env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // The runner leads a separate process group, which ends with it.
      detached: true,
    });
    child = own;
    isReady = false;
    own.on('message', (event: Event) => {
      if (own !== child) return;
      if (event.type === 'ready') isReady = true;
      if (event.type !== 'done') return onEvent(event);
      pending.get(event.id)?.resolve(event.value);
      pending.delete(event.id);
    });
    own.on('exit', (code, signal) => {
      endGroup(own);
      if (own === child && !ended) restart(endOf(code, signal));
    });
  };
  const restart = (reason: string) => {
    const open = pending;
    pending = new Map();
    const old = child;
    start();
    endGroup(old);
    onEvent({ type: 'comms', comms: {}, hasRestarted: true });
    for (const { type, resolve } of open.values()) resolve(type === 'execute' ? lostBecause(reason) : null);
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
      // Before it is ready a signal would end it.
      if (isReady) own.kill('SIGINT');
      setTimeout(() => {
        if (own === child && running.some((id) => pending.has(id)))
          restart('the cell did not stop when interrupted, so its process was ended');
      }, patience);
    },
    end() {
      ended = true;
      endGroup(child);
    },
  };
}

/** Ends a process and all processes that it started. */
function endGroup(child: ChildProcess): void {
  try {
    process.kill(-child.pid!, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}
