/** The kernel's front process: Jupyter's message protocol over ZeroMQ. Cells run in another process, so that this one answers always. */
import { readFileSync } from 'node:fs';
import { Publisher, Reply, Router } from 'zeromq';
import type { Event, Outcome } from './channel';
import { isRequestType, parseContent, type RequestType } from './requests';
import { startRunner } from './runner-process';
import { watchParent } from './watch-parent';
import { answer, decodeMessage, encodeMessage, type Message, protocolVersion } from './wire';

interface Connection {
  transport: string;
  ip: string;
  key: string;
  shell_port: number;
  control_port: number;
  iopub_port: number;
  stdin_port: number;
  hb_port: number;
}

const connection: Connection = JSON.parse(readFileSync(process.argv[2], 'utf8'));
if (connection.transport === 'tcp' && !/^(127\.\d+\.\d+\.\d+|::1|localhost)$/.test(connection.ip)) {
  throw new Error(
    `the connection file asks to listen at ${connection.ip}; the kernel listens on this machine only: use 127.0.0.1`,
  );
}
if (!connection.key) {
  throw new Error(
    'the connection file has no key; the kernel answers signed messages only: let Jupyter make one',
  );
}
const { version } = JSON.parse(readFileSync(require.resolve('../../package.json'), 'utf8'));
const [shell, control, stdin] = [new Router(), new Router(), new Router()];
// There is no limit here, so that no output is dropped; the runner limits the text that a cell prints.
const [iopub, heartbeat] = [new Publisher({ sendHighWaterMark: 0 }), new Reply()];

/** Messages that wait for the cells before them. */
const waiting: Message[] = [];
let isBusy = false;
let executionCount = 0;
/** The message that outputs belong to: the running cell's, or the last one's. */
let current: Partial<Message> = {};
let isSilent = false;
let comms: Record<string, string> = {};

// Frames to one socket go out one after the other.
let sending: Promise<unknown> = Promise.resolve();
function send(socket: Router | Publisher, message: Message): void {
  const frames = encodeMessage(message, connection.key);
  sending = sending.then(() => socket.send(frames)).catch((error) => console.error(error));
}
function publish(
  parent: Partial<Message>,
  type: string,
  content: object,
  extra: { metadata?: object; buffers?: Buffer[] } = {},
) {
  send(iopub, { ...answer(parent, type, content, extra), identities: [Buffer.from(type)] });
}

/** Takes note of the channels that are open; the page is told of those that ended with their runner. */
function tellComms(open: Record<string, string>, hasRestarted = false): void {
  if (hasRestarted) for (const id of Object.keys(comms)) closeComm(current, id);
  comms = open;
}

function closeComm(parent: Partial<Message>, id: string): void {
  publish(parent, 'comm_close', { comm_id: id, data: {} });
}

const runner = startRunner((event: Event) => {
  if (event.type === 'comms') tellComms(event.comms, event.hasRestarted);
  if (event.type === 'askInput')
    send(stdin, answer(current, 'input_request', { prompt: event.prompt, password: false }));
  if (event.type !== 'publish') return;
  const buffers = event.buffers?.map((buffer) => Buffer.from(buffer));
  if (!isSilent || event.message.startsWith('comm'))
    publish(current, event.message, event.content, { metadata: event.metadata, buffers });
});

const kernelInfo = {
  status: 'ok',
  protocol_version: protocolVersion,
  implementation: 'spanlab',
  implementation_version: version,
  banner: `spanlab ${version}: TypeScript by tslab on Node.js ${process.version}`,
  language_info: {
    name: 'typescript',
    version: require('typescript/package.json').version,
    mimetype: 'text/typescript',
    file_extension: '.ts',
    pygments_lexer: 'typescript',
    codemirror_mode: { name: 'javascript', mode: 'typescript', typescript: true },
  },
  help_links: [],
};

async function execute(message: Message): Promise<object> {
  const {
    code,
    silent,
    store_history: stores = !silent,
    stop_on_error: stops,
    allow_stdin: allowsInput,
  } = parseContent('execute_request', message.content);
  if (stores && !silent) executionCount++;
  [current, isSilent] = [message, silent];
  if (!silent) publish(message, 'execute_input', { code, execution_count: executionCount });
  const outcome = (await runner.ask({ type: 'execute', code, allowsInput })) as Outcome;
  if (outcome.status === 'ok') {
    if (outcome.result && !silent)
      publish(message, 'execute_result', { execution_count: executionCount, ...outcome.result });
    return { status: 'ok', execution_count: executionCount, user_expressions: {}, payload: [] };
  }
  const { ename, evalue, traceback } = outcome;
  if (!silent) publish(message, 'error', { ename, evalue, traceback });
  if (stops) {
    // Cells of the same "run all" that are still on their way are aborted, too.
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const other of waiting.splice(0)) {
      if (other.header.msg_type !== 'execute_request') waiting.push(other);
      else reply(shell, other, 'execute_reply', { status: 'aborted', execution_count: executionCount });
    }
  }
  return { status: 'error', execution_count: executionCount, ename, evalue, traceback };
}

/** Jupyter counts code points, JavaScript UTF-16 units. */
const unitsOf = (code: string, points: number) => Array.from(code).slice(0, points).join('').length;
const pointsOf = (code: string, units: number) => Array.from(code.slice(0, units)).length;

async function complete(message: Message): Promise<object> {
  const { code, cursor_pos: cursor } = parseContent('complete_request', message.content);
  const info = (await runner.ask({ type: 'complete', code, cursor: unitsOf(code, cursor) })) as {
    start: number;
    end: number;
    candidates: string[];
  } | null;
  if (!info) return { status: 'ok', matches: [], cursor_start: cursor, cursor_end: cursor, metadata: {} };
  const [start, end] = [pointsOf(code, info.start), pointsOf(code, info.end)];
  return { status: 'ok', matches: info.candidates, cursor_start: start, cursor_end: end, metadata: {} };
}

async function inspect(message: Message): Promise<object> {
  const { code, cursor_pos: cursor } = parseContent('inspect_request', message.content);
  const text = await runner.ask({ type: 'inspect', code, cursor: unitsOf(code, cursor) });
  return {
    status: 'ok',
    found: text !== null,
    data: text === null ? {} : { 'text/plain': text },
    metadata: {},
  };
}

async function isComplete(message: Message): Promise<object> {
  const { code } = parseContent('is_complete_request', message.content);
  const { completed, indent } = (await runner.ask({ type: 'isComplete', code })) as {
    completed: boolean;
    indent?: string;
  };
  return completed ? { status: 'complete' } : { status: 'incomplete', indent: indent ?? '' };
}

function commInfo(message: Message): object {
  const { target_name: target } = parseContent('comm_info_request', message.content);
  const known = Object.entries(comms).filter(([, name]) => !target || name === target);
  return { status: 'ok', comms: Object.fromEntries(known.map(([id, name]) => [id, { target_name: name }])) };
}

const commEvents = { comm_open: 'open', comm_msg: 'message', comm_close: 'close' } as const;

function forwardComm(type: keyof typeof commEvents, message: Message): void {
  const { comm_id: commId, data } = parseContent(type, message.content);
  // A page that was there before a restart is told that its channel is closed.
  if (type === 'comm_msg' && !Object.hasOwn(comms, commId)) return closeComm(message, commId);
  if (!isBusy) current = message;
  runner.tell({ type: 'comm', event: commEvents[type], commId, data });
}

/** The reply to a request; none for what needs none. */
async function answerTo(type: RequestType, message: Message): Promise<object | undefined> {
  switch (type) {
    case 'kernel_info_request':
      return kernelInfo;
    case 'execute_request':
      return execute(message);
    case 'complete_request':
      return complete(message);
    case 'inspect_request':
      return inspect(message);
    case 'is_complete_request':
      return isComplete(message);
    case 'comm_info_request':
      return commInfo(message);
    case 'history_request':
      return { status: 'ok', history: [] };
    case 'interrupt_request':
      runner.interrupt();
      return { status: 'ok' };
    case 'shutdown_request':
      return { status: 'ok', restart: parseContent(type, message.content).restart };
    case 'comm_open':
    case 'comm_msg':
    case 'comm_close':
      forwardComm(type, message);
      return undefined;
    case 'input_reply':
      return undefined;
  }
}

function reply(socket: Router, message: Message, type: string, content: object): void {
  send(socket, answer(message, type, content));
}

async function handle(socket: Router, message: Message): Promise<void> {
  const type = message.header.msg_type;
  publish(message, 'status', { execution_state: 'busy' });
  try {
    if (isRequestType(type)) {
      const content = await answerTo(type, message);
      if (content) reply(socket, message, type.replace('_request', '_reply'), content);
    }
  } catch (error) {
    const { name: ename, message: evalue } = error as Error;
    console.error(`${type}: ${evalue}`);
    const content = { status: 'error', ename, evalue, traceback: [`${ename}: ${evalue}`] };
    if (type.endsWith('_request')) reply(socket, message, type.replace('_request', '_reply'), content);
  } finally {
    publish(message, 'status', { execution_state: 'idle' });
  }
  if (type === 'shutdown_request') await shutDown();
}

/** Requests of the shell are answered in order; those that need no cell to end are answered at once. */
async function drain(): Promise<void> {
  if (isBusy) return;
  isBusy = true;
  try {
    for (let message = waiting.shift(); message; message = waiting.shift()) await handle(shell, message);
  } finally {
    isBusy = false;
  }
}

async function listen(socket: Router, onMessage: (message: Message) => void): Promise<void> {
  for await (const frames of socket) {
    try {
      onMessage(decodeMessage(frames as Buffer[], connection.key));
    } catch (error) {
      console.error((error as Error).message);
    }
  }
}

async function shutDown(): Promise<void> {
  runner.end();
  await sending;
  process.exit(0);
}

async function main(): Promise<void> {
  const address = (port: number) => `${connection.transport}://${connection.ip}:${port}`;
  await Promise.all([
    shell.bind(address(connection.shell_port)),
    control.bind(address(connection.control_port)),
    iopub.bind(address(connection.iopub_port)),
    stdin.bind(address(connection.stdin_port)),
    heartbeat.bind(address(connection.hb_port)),
  ]);
  const immediate = new Set([
    // VS Code interrupts over the shell.
    'interrupt_request',
    'comm_info_request',
    'comm_open',
    'comm_msg',
    'comm_close',
    'kernel_info_request',
  ]);
  void listen(shell, (message) => {
    if (immediate.has(message.header.msg_type)) return void handle(shell, message);
    waiting.push(message);
    void drain();
  });
  void listen(control, (message) => void handle(control, message));
  void listen(stdin, (message) => {
    if (message.header.msg_type === 'input_reply')
      runner.tell({ type: 'input', value: parseContent('input_reply', message.content).value });
  });
  for await (const frames of heartbeat) await heartbeat.send(frames);
}

// Interrupts come as messages; a signal meant for the process group must not end the kernel.
process.on('SIGINT', () => runner.interrupt());
process.on('SIGTERM', () => void shutDown());
// Jupyter tells its process; the kernel ends with it.
if (process.env.JPY_PARENT_PID) watchParent(Number(process.env.JPY_PARENT_PID));
void main();
