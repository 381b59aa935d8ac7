import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Dealer } from 'zeromq';
import { answer, decodeMessage, encodeMessage } from '../../kernels/spanlab/wire';
import { startKernel } from '../helpers/kernel';

const key = 'secret';
const runs = Number(process.env.SPANLAB_LONG ?? 0) ? 20_000 : 1_000;

async function execute(socket: Dealer, code: string) {
  const request = answer({}, 'execute_request', { code, user_expressions: {} });
  await socket.send(encodeMessage(request, key));
  for (;;) {
    const reply = decodeMessage((await socket.receive()) as Buffer[], key);
    if (reply.parent.msg_id === request.header.msg_id)
      return reply.content as { status: string; evalue?: string };
  }
}

/** Signed frames of any JSON texts. */
function signed(parts: readonly string[]): Buffer[] {
  const frames = parts.map((part) => Buffer.from(part));
  const hmac = createHmac('sha256', key);
  frames.forEach((frame) => hmac.update(frame));
  return [Buffer.from('<IDS|MSG>'), Buffer.from(hmac.digest('hex')), ...frames];
}

const types = [
  ...['kernel_info_request', 'execute_request', 'complete_request', 'inspect_request', 'is_complete_request'],
  ...['comm_info_request', 'comm_open', 'comm_msg', 'comm_close', 'history_request', 'interrupt_request'],
  ...['input_reply', 'no_such_request', '__proto__', 'constructor', 'toString'],
];
/** Code that changes nothing of what the test looks at. */
const harmless = fc.constantFrom('1', '', '"text"', '(', 'await null', '\u2028', '/*');
const field = (usual: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 2, arbitrary: usual }, { weight: 1, arbitrary: fc.jsonValue() });
const header = field(
  fc.record(
    {
      msg_id: field(fc.string()),
      msg_type: field(fc.constantFrom(...types)),
      session: field(fc.string()),
      username: field(fc.string()),
      version: field(fc.constant('5.3')),
    },
    { requiredKeys: [] },
  ),
);
const content = field(
  fc.record(
    {
      code: fc.oneof(
        { weight: 3, arbitrary: harmless },
        { weight: 1, arbitrary: fc.jsonValue().filter((value) => typeof value !== 'string') },
      ),
      cursor_pos: field(fc.integer({ min: -5, max: 1e9 })),
      silent: field(fc.boolean()),
      store_history: field(fc.boolean()),
      stop_on_error: field(fc.boolean()),
      allow_stdin: field(fc.boolean()),
      comm_id: field(fc.string()),
      target_name: field(fc.string()),
      data: field(fc.dictionary(fc.string(), fc.jsonValue())),
      value: field(fc.string()),
    },
    { requiredKeys: [] },
  ),
);

test('the kernel keeps its variables whatever JSON a signed message holds', async (context) => {
  const { kernel, connect } = await startKernel(context, key);
  const sockets = {
    shell: connect('shell_port'),
    control: connect('control_port'),
    stdin: connect('stdin_port'),
  };
  assert.equal((await execute(sockets.shell, 'const kept = 42;')).status, 'ok');
  const messages = fc.sample(
    fc.record({
      header,
      parent: fc.jsonValue(),
      metadata: fc.jsonValue(),
      content,
      at: fc.constantFrom('shell' as const, 'control' as const, 'stdin' as const),
    }),
    { numRuns: runs, seed: 1 },
  );
  const assertKept = async () => {
    const ask = () => execute(sockets.shell, 'if (kept !== 42) throw new Error("lost");');
    let reply = await ask();
    // A failed cell aborts the requests that were queued behind it, this one among them.
    while (reply.status === 'aborted') reply = await ask();
    assert.equal(reply.status, 'ok', reply.evalue);
  };
  for (const [index, { at, ...parts }] of messages.entries()) {
    if (index % 500 === 0) await assertKept();
    const texts = [parts.header, parts.parent, parts.metadata, parts.content].map((part) =>
      JSON.stringify(part),
    );
    await sockets[at].send(signed(texts));
  }
  // The outcome that ended the kernel before.
  for (const text of [
    '{}',
    '[]',
    'null',
    '7',
    '"execute_request"',
    '{"msg_type":5}',
    '{"msg_type":"__proto__"}',
    '{',
    '\u0000',
  ])
    await sockets.shell.send(signed([text, '{}', '{}', '{}']));
  for (const type of [...types, 'shutdown_reply'])
    for (const text of ['null', '[]', '7', '{}'])
      await sockets.shell.send(signed([JSON.stringify(answer({}, type, {}).header), '{}', '{}', text]));
  await sockets.shell.send([Buffer.from('alone')]);
  await assertKept();
  assert.equal(kernel.exitCode, null);
});
