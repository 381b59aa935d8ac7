/** The process that holds the notebook's variables and runs its cells. The front process speaks Jupyter's protocol for it. */
import { randomUUID } from 'node:crypto';
import Module from 'node:module';
import { join } from 'node:path';
import vm from 'node:vm';
import { inspect } from 'node:util';
import type { Comm, KernelHost, MimeBundle } from '../../src/notebook/host';
import type { Event, Outcome, Request } from './channel';
import { collectGarbageAfter } from './collect-garbage';
import { gatherOutput } from './gathered-output';
import { calleeBefore, explainDiagnostic, hintForMagic } from './hints';
import { expandShorthand } from './shorthand';
import { emitSourceMaps } from './source-maps';
import { watchParent } from './watch-parent';

/** Cells import `spanlab` from wherever they run: it is the package that the kernel belongs to. */
const packageRoot = join(__dirname, '..', '..');
const modules = Module as unknown as { _resolveFilename(request: string, ...rest: unknown[]): string };
const resolveFilename = modules._resolveFilename;
modules._resolveFilename = (request, ...rest) =>
  resolveFilename.call(Module, request === 'spanlab' ? packageRoot : request, ...rest);

const paths = { spanlab: [join(packageRoot, 'dist', 'index')] };
const { cellLine, typescript } = emitSourceMaps({ paths, pathsBasePath: packageRoot });
// tslab must load after its compiler was replaced.
const { createConverter, isCompleteCode } =
  require('tslab/dist/converter') as typeof import('tslab/dist/converter');
const { createExecutor } = require('tslab/dist/executor') as typeof import('tslab/dist/executor');
const { printQuickInfo } = require('tslab/dist/inspect') as typeof import('tslab/dist/inspect');
const jupyter = require('tslab/dist/jupyter') as { lastWriteDisplayData: unknown };

const tell = (event: Event) => void process.send!(event);
const output = gatherOutput((name, text) =>
  tell({ type: 'publish', message: 'stream', content: { name, text } }),
);
const publish = (
  message: string,
  content: object,
  extra: { metadata?: object; buffers?: Uint8Array[] } = {},
) => {
  // Text that was printed earlier is sent first.
  output.flush();
  tell({ type: 'publish', message, content, ...extra });
};
process.on('exit', () => output.flush());
watchParent(process.ppid);

for (const name of ['stdout', 'stderr'] as const) {
  process[name].write = ((chunk: string | Uint8Array, encoding?: unknown, callback?: unknown) => {
    output.write(name, typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
    const done = typeof encoding === 'function' ? encoding : callback;
    if (typeof done === 'function') done();
    return true;
  }) as typeof process.stdout.write;
}
jupyter.lastWriteDisplayData = (content: object, update: boolean) =>
  publish(update ? 'update_display_data' : 'display_data', content);

let interruption = new AbortController();
/** Compiled cells by the name under which they run. */
const outputs = new Map<string, string>();
let cellName = '';
let result: unknown;
let failure: Outcome | null = null;

const node = createConverter({ isJS: false, isBrowser: false });
const tracked = {
  ...node,
  convert(previous: string, source: string) {
    const converted = node.convert(previous, expandShorthand(typescript, source, previous));
    cellName = `cell${outputs.size + 1}.ts`;
    outputs.set(cellName, converted.output ?? '');
    return converted;
  },
};
const converters = { node: tracked, browser: tracked, close: () => node.close() };
const executor = createExecutor(process.cwd(), converters, {
  log: (value) => {
    result = value;
  },
  error: (first, ...rest: unknown[]) => {
    if (rest.length > 0) addDiagnostic(rest);
    else failure = describeError(first);
  },
});

// tslab runs all cells under one name; stacks must tell them apart.
const { runInThisContext } = vm;
vm.runInThisContext = (code, options) =>
  runInThisContext(code, { ...(options as vm.RunningCodeOptions), filename: cellName });

/** tslab reports a diagnostic as a format with file, line, column and text. */
function addDiagnostic([file, line, column, text]: unknown[]): void {
  const shown = `${file}${line}:${column} - ${explainDiagnostic(String(text))}`;
  const earlier = failure?.status === 'error' ? failure.traceback : [];
  // One missing name is told once, however often it is used.
  const isKnown = earlier.some(
    (told) => told.slice(told.indexOf(' - ')) === shown.slice(shown.indexOf(' - ')),
  );
  if (isKnown && /Cannot find (name|module)/.test(shown)) return;
  failure = {
    status: 'error',
    ename: 'TypeScript',
    evalue: earlier[0] ?? shown,
    traceback: [...earlier, shown],
  };
}

function describeError(error: unknown): Outcome {
  if (
    interruption.signal.aborted ||
    (error as { code?: string })?.code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED'
  ) {
    return {
      status: 'error',
      ename: 'Interrupted',
      evalue: 'the cell was interrupted',
      traceback: ['Interrupted: the cell was interrupted'],
    };
  }
  if (!(error instanceof Error)) {
    const evalue = inspect(error);
    return { status: 'error', ename: 'Thrown', evalue, traceback: [`Thrown: ${evalue}`] };
  }
  const [ename, evalue] = [error.name || 'Error', error.message];
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const traceback = [`${ename}: ${evalue}`];
  for (const frame of frames) {
    const inCell = /(cell\d+\.ts):(\d+):(\d+)/.exec(frame);
    if (!inCell) {
      if (/node:vm|tslab[/\\]dist|dist[/\\]kernel|node:internal/.test(frame)) break;
      traceback.push(frame);
      continue;
    }
    const [place, name, row, column] = inCell;
    const line = cellLine(outputs.get(name) ?? '', Number(row), Number(column));
    // The call of the whole cell has no line in it.
    if (line !== null)
      traceback.push(
        frame
          .replace('at Proxy.', 'at ')
          .replace(place, name === cellName ? `this cell, line ${line}` : `${name}, line ${line}`),
      );
  }
  return { status: 'error', ename, evalue, traceback };
}

async function bundleOf(given: unknown): Promise<{ data: object; metadata: object }> {
  const value = await given;
  const rich = value as { [key: symbol]: unknown; toMimeBundle?: unknown } | null;
  const method = rich?.[Symbol.for('Jupyter.display')] ?? rich?.toMimeBundle;
  if (typeof method === 'function') {
    const data = (await method.call(value)) as MimeBundle;
    return { data: { 'text/plain': inspect(value, { depth: 1 }), ...data }, metadata: {} };
  }
  const known = (globalThis as { [key: symbol]: unknown })[Symbol.for('spanlab.richResult')];
  const own = typeof known === 'function' && (await known(value));
  return { data: own || { 'text/plain': inspect(value) }, metadata: {} };
}

async function execute(code: string, mayAsk: boolean): Promise<Outcome> {
  allowsInput = mayAsk;
  interruption = new AbortController();
  result = undefined;
  failure = null;
  const hint = hintForMagic(code);
  if (hint) return { status: 'error', ename: 'NotTypeScript', evalue: hint, traceback: [hint] };
  const succeeded = await executor.execute(code);
  if (!succeeded || failure) {
    return (
      failure ?? {
        status: 'error',
        ename: 'Error',
        evalue: 'the cell failed',
        traceback: ['the cell failed'],
      }
    );
  }
  try {
    return { status: 'ok', result: result === undefined || result === null ? null : await bundleOf(result) };
  } catch (error) {
    return describeError(error);
  }
}

const comms = new Map<string, Comm & { target: string }>();
const tellComms = () =>
  tell({ type: 'comms', comms: Object.fromEntries(Array.from(comms, ([id, { target }]) => [id, target])) });
/** Whether the client of the running cell can be asked. */
let allowsInput = true;
let giveInput: ((value: string) => void) | undefined;
/** One question after the other. */
let lastQuestion: Promise<unknown> = Promise.resolve();

function ask(prompt: string): Promise<string> {
  const { signal } = interruption;
  const answer = lastQuestion.then(
    () =>
      new Promise<string>((resolve, reject) => {
        signal.throwIfAborted();
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        giveInput = resolve;
        output.flush();
        tell({ type: 'askInput', prompt });
      }),
  );
  lastQuestion = answer.catch(() => undefined);
  return answer;
}

const host: KernelHost = {
  display(data, { displayId, update } = {}) {
    const content = { data, metadata: {}, transient: displayId ? { display_id: displayId } : {} };
    publish(update ? 'update_display_data' : 'display_data', content);
  },
  openComm(target, data, metadata = {}) {
    const id = randomUUID();
    const comm = {
      id,
      target,
      send: (message: object, buffers?: Uint8Array[]) =>
        publish('comm_msg', { comm_id: id, data: message }, { buffers }),
      close: () => {
        publish('comm_close', { comm_id: id, data: {} });
        comms.delete(id);
        tellComms();
      },
    };
    comms.set(id, comm);
    tellComms();
    publish('comm_open', { comm_id: id, target_name: target, data }, { metadata });
    return comm;
  },
  async input(prompt) {
    if (allowsInput) return ask(prompt);
    throw new Error(
      `nobody can be asked "${prompt}": this cell runs without a user, as nbclient, nbconvert and papermill do; give the value in the notebook`,
    );
  },
  get signal() {
    return interruption.signal;
  },
};
(globalThis as Record<symbol, unknown>)[Symbol.for('spanlab.kernel')] = host;

function handleComm(request: Request & { type: 'comm' }): void {
  const { event, commId, data } = request;
  // A control that is moved after an interrupt works again.
  if (interruption.signal.aborted) interruption = new AbortController();
  if (event === 'message') comms.get(commId)?.onMessage?.(data as Record<string, unknown>);
  if (event === 'close' && comms.delete(commId)) tellComms();
  // The runner accepts no comm that the browser opens.
  if (event === 'open') publish('comm_close', { comm_id: commId, data: {} });
}

async function handle(request: Request): Promise<unknown> {
  switch (request.type) {
    case 'execute':
      return execute(request.code, request.allowsInput).finally(() => {
        output.endCell();
        collectGarbageAfter(outputs.size);
      });
    case 'complete':
      return executor.complete(request.code, request.cursor);
    case 'inspect': {
      const { code, cursor } = request;
      const callee = calleeBefore(code, cursor);
      const info =
        executor.inspect(code, cursor) ?? (callee === undefined ? null : executor.inspect(code, callee));
      return info ? printQuickInfo(info) : null;
    }
    case 'isComplete':
      return isCompleteCode(request.code);
    case 'comm':
      return handleComm(request);
    case 'input':
      return giveInput?.(request.value);
  }
}

process.on('message', (request: Request) => {
  handle(request).then(
    (value) => 'id' in request && tell({ type: 'done', id: request.id, value }),
    (error) =>
      'id' in request &&
      tell({ type: 'done', id: request.id, value: request.type === 'execute' ? describeError(error) : null }),
  );
});
process.on('SIGINT', () => {
  interruption.abort(new Error('the cell was interrupted'));
  executor.interrupt();
});
tell({ type: 'ready' });
process.on('disconnect', () => process.exit());
for (const name of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(name, (error) => process.stderr.write(`${name}: ${inspect(error)}\n`));
}
