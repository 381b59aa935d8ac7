import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { answer, decodeMessage, encodeMessage } from '../../kernels/spanlab/wire';
import { kernelPath, startKernel } from '../helpers/kernel';
import { temporaryFolder } from '../helpers/temporary';

test('the kernel refuses to listen beyond this machine, or without a key', async (context) => {
  const root = await temporaryFolder(context);
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
    const { status, stderr } = spawnSync(process.execPath, [kernelPath, path], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    assert.equal(status, 1);
    assert.match(stderr, message);
  }
});

test('the kernel answers signed messages only', async (context) => {
  const key = 'secret';
  const socket = (await startKernel(context, key)).connect('shell_port');
  const request = () => answer({}, 'kernel_info_request', {});
  const [forged, unsigned, honest] = [request(), request(), request()];
  await socket.send(encodeMessage(forged, 'a guess'));
  await socket.send(encodeMessage(unsigned, ''));
  await socket.send(encodeMessage(honest, key));
  const reply = decodeMessage((await socket.receive()) as Buffer[], key);
  assert.equal(reply.header.msg_type, 'kernel_info_reply');
  assert.equal(reply.parent.msg_id, honest.header.msg_id, 'a message with a wrong signature was answered');
});
