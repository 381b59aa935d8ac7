import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { temporaryFolder } from '../helpers/temporary';

/** Runs a program with an empty home folder, and gives what lies in the folder afterwards. */
async function homeAfter(context: TestContext, args: (root: string) => string[]): Promise<string[]> {
  const root = await temporaryFolder(context);
  const home = join(root, 'home');
  await mkdir(home);
  const env: NodeJS.ProcessEnv = { ...process.env, HOME: home, SPANLAB_CACHE: join(root, 'cache') };
  for (const name of ['ORT_DISABLE_TELEMETRY', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME'])
    delete env[name];
  const repository = join(__dirname, '..', '..');
  await promisify(execFile)(process.execPath, ['--import', 'tsx', ...args(root)], { env, cwd: repository });
  return readdir(home, { recursive: true });
}

test('the command line leaves nothing in the home folder, and ONNX Runtime sends no usage', async (context) => {
  const size = ['--size', '64', '--engine', 'onnx'];
  const left = await homeAfter(context, (root) => [
    'src/cli/main.ts',
    ...['run', '--dataset', 'synthetic', '--category', 'nut', '--out', join(root, 'out'), ...size],
  ]);
  assert.deepEqual(left, []);
});

test('a thread of a program that imports spanlab leaves nothing in the home folder', async (context) => {
  const script = `
    require('./src/platform');
    const { Worker } = require('node:worker_threads');
    const code = "require('tsx/cjs'); require('./src/platform'); require('./src/files').loadBackbone('efficientnet_lite0')" +
      ".then((network) => require('./src/features').createExtractor(network, { size: 64, engine: 'onnx' }))";
    new Worker(code, { eval: true }).on('error', (error) => { throw error; });`;
  assert.deepEqual(await homeAfter(context, () => ['-e', script]), []);
});
