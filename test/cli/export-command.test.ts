import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownFolder, runOnFolder, spanlab } from '../helpers/cli';

test('export: a bank becomes a model; one that a graph cannot hold is refused, and no file is written', async (context) => {
  const root = await ownFolder(context);
  const [good, odd] = [join(root, 'good'), join(root, 'odd')];
  assert.equal((await runOnFolder(root, good, '--bank')).code, 0);
  assert.equal((await runOnFolder(root, odd, '--bank', '--solver', 'omp', '--atoms', '3')).code, 0);
  const bankOf = (out: string) => join(out, 'banks', 'data.safetensors');
  const [model, none] = [join(root, 'model.onnx'), join(root, 'none.onnx')];
  const exported = await spanlab('export', bankOf(good), model);
  assert.equal(exported.code, 0, exported.stderr);
  assert.equal(exported.stdout.trim(), model);
  assert.ok(existsSync(model));
  const refused = await spanlab('export', bankOf(odd), none);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /cannot hold the solver omp.*expected one of nearest, ridge, localRidge/);
  assert.ok(!existsSync(none));
});
