/** The process that holds the notebook's variables and runs its cells. The front process speaks Jupyter's protocol for it. */
import { randomUUID } from 'node:crypto';
import Module from 'node:module';
import { join } from 'node:path';
import vm from 'node:vm';
import { inspect } from 'node:util';
import type { Comm, KernelHost, MimeBundle } from '../../src/notebook/host';
import type { Event, Outcome, Request } from './channel';
import { prepareCell, resultKey } from './cell-source';
import { collectGarbageAfter } from './collect-garbage';
import { describeError } from './describe-error';
import { gatherOutput } from './gathered-output';
import { calleeBefore, explainDiagnostic, hintForMagic } from './hints';
import { librariesOf } from './libraries';
import { emitSourceMaps } from './source-maps';
import { watchParent } from './watch-parent';

/** Cells import `spanlab` from wherever they run: it is the package that the kernel belongs to. */
const packageRoot = join(__dirname, '..', '..');
const modules = Module as unknown as {
  _resolveFilename(request: string, parent: unknown, ...rest: unknown[]): string;
};
const resolveFilename = modules._resolveFilename;
modules._resolveFilename = (request, parent, ...rest) =>
  resolveFilename.call(Module, request, /^spanlab($|\/)/.test(request) ? module : parent, ...rest);

const paths = { spanlab: [join(packageRoot, 'dist', 'index')] };
const lib = librariesOf(Number(process.versions.node.split('.')[0]));
const { cellLine, typescript } = emitSourceMaps({ paths, pathsBasePath: packageRoot, lib });
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
    const converted = node.convert(previous, prepareCell(typescript, source, previous));
    cellName = `cell${outputs.size + 1}.ts`;
    outputs.set(cellName, converted.output ?? '');
    // A cell may wait wherever a module may.
    return { ...converted, hasToplevelAwait: true };
  },
};
const converters = { node: tracked, browser: tracked, close: () => node.close() };
const executor = createExecutor(process.cwd(), converters, {
  log: (value) => {
    result = value;
  },
  error: (first, ...rest: unknown[]) => {
    if (rest.length > 0) addDiagnostic(rest);
    else failure = failureOf(first);
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

/** The cause of a cell's end. */
function failureOf(error: unknown): Outcome {
  const isInterrupted =
    interruption.signal.aborted || (error as { code?: string })?.code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED';
  if (!isInterrupted) return describeError(error, placeOf);
  const [ename, evalue] = ['Interrupted', 'the cell was interrupted'];
  return { status: 'error', ename, evalue, traceback: [`${ename}: ${evalue}`] };
}

function placeOf(cell: string, row: number, column: number): string | null {
  const line = cellLine(outputs.get(cell) ?? '', row, column);
  if (line === null) return null;
  return cell === cellName ? `this cell, line ${line}` : `${cell}, line ${line}`;
}

/** Takes what a cell with `using` has left as its result. */
function takeResult(): unknown {
  const place = globalThis as { [key: symbol]: unknown };
  const key = Symbol.for(resultKey);
  const left = place[key];
  delete place[key];
  return left;
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
  takeResult();
  const succeeded = await executor.execute(code);
  // Rejections that nothing awaits are told now, below the cell that they came from.
  await new Promise(setImmediate);
  result ??= takeResult();
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
    return failureOf(error);
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
      tell({ type: 'done', id: request.id, value: request.type === 'execute' ? failureOf(error) : null }),
  );
});
process.on('SIGINT', () => {
  interruption.abort(new Error('the cell was interrupted'));
  executor.interrupt();
});
tell({ type: 'ready' });
process.on('disconnect', () => process.exit());
// An error that no code of a cell awaits ends no cell: it is told below the one that runs, or ran last.
for (const [name, words] of [
  ['uncaughtException', 'An error that nothing caught'],
  ['unhandledRejection', 'A promise was rejected, and nothing awaited it'],
] as const) {
  process.on(name, (error) => {
    const { traceback } = describeError(error, placeOf);
    process.stderr.write(`${words}: ${traceback.join('\n')}\n`);
  });
}
