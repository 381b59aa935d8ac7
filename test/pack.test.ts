import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const npm = (...args: string[]) => promisify(execFile)('npm', args, { cwd: join(__dirname, '..') });

test('the package holds what runs and nothing that only builds it, and npm knows all of its settings', async () => {
  const { stdout, stderr } = await npm('pack', '--dry-run', '--ignore-scripts', '--json');
  const [{ files }] = JSON.parse(stdout) as { files: { path: string }[] }[];
  const paths = files.map(({ path }) => path);
  assert.deepEqual(
    paths.filter((path) => /buildinfo|(^|\/)\.|\.test\.|^(src|test|bench)\//.test(path)),
    [],
  );
  for (const path of ['dist/cli/main.js', 'dist/kernel/runner.js', 'dist/simd.wasm'])
    assert.ok(paths.includes(path), path);
  assert.doesNotMatch(stderr, /unknown/i);
});

test('npm runs no install script of ONNX Runtime here, which would fetch libraries for GPUs', async (context) => {
  const { stdout } = await npm('install-scripts', 'ls', '--json').catch(() => ({ stdout: '' }));
  if (stdout === '') return context.skip('needs npm 11.19 or later');
  const { allowScripts } = JSON.parse(stdout) as { allowScripts: { name: string }[] };
  const pending = allowScripts.map(({ name }) => name);
  assert.ok(pending.includes('zeromq'), 'npm lists the scripts that it would run');
  assert.ok(!pending.includes('onnxruntime-node'));
});
