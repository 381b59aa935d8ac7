import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { runJupyterIn, withoutJupyter } from '../helpers/jupyter';
import { temporaryFolder } from '../helpers/temporary';

/** An environment whose home folder is empty. */
async function emptyHome(context: TestContext) {
  const root = await temporaryFolder(context);
  const home = join(root, 'home');
  await mkdir(home);
  const env: NodeJS.ProcessEnv = { ...process.env, HOME: home, SPANLAB_CACHE: join(root, 'cache') };
  for (const name of ['ORT_DISABLE_TELEMETRY', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME'])
    delete env[name];
  return { root, home, env };
}

/** Runs a program with an empty home folder, and gives what lies in the folder afterwards. */
async function homeAfter(context: TestContext, args: (root: string) => string[]): Promise<string[]> {
  const { root, home, env } = await emptyHome(context);
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

test('worker threads of a sweep, its store of runs and the comparison leave nothing in the home folder', async (context) => {
  const { root, home, env } = await emptyHome(context);
  const spanlab = (...args: string[]) =>
    promisify(execFile)(process.execPath, [join(__dirname, '..', '..', 'dist', 'cli', 'main.js'), ...args], {
      env,
      cwd: root,
    });
  const point = ['--dataset', 'synthetic', '--category', 'nut', '--size', '64', '--engine', 'onnx'];
  await spanlab('sweep', ...point, '--workers', '2', '--grid', 'sigma=2,4', '--out', 'swept');
  await spanlab('compare', 'swept', '--html', 'compared.html');
  assert.deepEqual(await readdir(home, { recursive: true }), []);
});

test(
  'the kernel, its cells and a thread that loads the engine by itself leave nothing in the home folder',
  { skip: withoutJupyter },
  async (context) => {
    const { root, env } = await emptyHome(context);
    const printed = await runJupyterIn({ cwd: root, env }, 'empty_home.py');
    // Jupyter writes the connection of a running kernel, and its own settings, wherever its user has told it to.
    const left = printed
      .split('\n')
      .filter((path) => path && !/^(\.local\/share\/jupyter|\.jupyter|\.ipython)\//.test(path));
    assert.deepEqual(left, []);
  },
);
