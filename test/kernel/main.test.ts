import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Dealer } from 'zeromq';
import { answer, decodeMessage, encodeMessage } from '../../kernels/spanlab/wire';
import { freePort } from '../helpers/free-port';
import { temporaryFolder } from '../helpers/temporary';

test('the kernel refuses to listen beyond this machine, or without a key', async (context) => {
  const root = await temporaryFolder(context);
  const kernel = join(__dirname, '..', '..', 'dist', 'kernel', 'main.js');
  const ports = { shell_port: 0, control_port: 0, iopub_port: 0, stdin_port: 0, hb_port: 0 };
  for (const [connection, message] of [
    [
      { ip: '0.0.0.0', key: 'secret' },
      /asks to listen at 0\.0\.0\.0; the kernel listens on this machine only/,
    ],
    [{ ip: '127.0.0.1', key: '' }, /has no key; the kernel answers signed messages only/],
  ] as const) {
    const path = join(root, 'connection.json');
    await writeFile(path, JSON.stringify({ transport: 'tcp', ...ports, ...connection }));
    const { status, stderr } = spawnSync(process.execPath, [kernel, path], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    assert.equal(status, 1);
    assert.match(stderr, message);
  }
});

test('the kernel answers signed messages only', async (context) => {
  const root = await temporaryFolder(context);
  const key = 'secret';
  const names = ['shell_port', 'control_port', 'iopub_port', 'stdin_port', 'hb_port'];
  const ports: Record<string, number> = {};
  for (const name of names) ports[name] = await freePort();
  const path = join(root, 'connection.json');
  await writeFile(path, JSON.stringify({ transport: 'tcp', ip: '127.0.0.1', key, ...ports }));
  const kernel = spawn(process.execPath, [join(__dirname, '..', '..', 'dist', 'kernel', 'main.js'), path]);
  context.after(() => kernel.kill('SIGKILL'));
  const socket = new Dealer({ receiveTimeout: 20_000 });
  context.after(() => socket.close());
  socket.connect(`tcp://127.0.0.1:${ports.shell_port}`);
  const request = () => answer({}, 'kernel_info_request', {});
  const [forged, unsigned, honest] = [request(), request(), request()];
  await socket.send(encodeMessage(forged, 'a guess'));
  await socket.send(encodeMessage(unsigned, ''));
  await socket.send(encodeMessage(honest, key));
  const reply = decodeMessage((await socket.receive()) as Buffer[], key);
  assert.equal(reply.header.msg_type, 'kernel_info_reply');
  assert.equal(reply.parent.msg_id, honest.header.msg_id, 'a message with a wrong signature was answered');
});
