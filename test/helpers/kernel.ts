import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Dealer } from 'zeromq';
import { freePort } from './free-port';
import { temporaryFolder } from './temporary';

/** The built kernel. */
export const kernelPath = join(__dirname, '..', '..', 'dist', 'kernel', 'main.js');

/** Starts a kernel whose messages are signed by `key`; `connect` gives a socket to one of its ports. */
export async function startKernel(context: TestContext, key: string) {
  const names = ['shell_port', 'control_port', 'iopub_port', 'stdin_port', 'hb_port'] as const;
  const ports = {} as Record<(typeof names)[number], number>;
  for (const name of names) ports[name] = await freePort();
  const path = join(await temporaryFolder(context), 'connection.json');
  await writeFile(path, JSON.stringify({ transport: 'tcp', ip: '127.0.0.1', key, ...ports }));
  const kernel = spawn(process.execPath, [kernelPath, path]);
  context.after(() => kernel.kill('SIGKILL'));
  kernel.stderr.resume();
  kernel.stdout.resume();
  const connect = (name: keyof typeof ports) => {
    const socket = new Dealer({ receiveTimeout: 30_000, sendHighWaterMark: 0, receiveHighWaterMark: 0 });
    context.after(() => socket.close());
    socket.connect(`tcp://127.0.0.1:${ports[name]}`);
    return socket;
  };
  return { kernel, connect };
}
