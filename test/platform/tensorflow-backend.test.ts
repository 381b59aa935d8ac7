import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import util from 'node:util';
import { readyTensorflow } from '../../src/platform/tensorflow-backend';

test('where Node.js has no isNullOrUndefined, as from version 23 on, native TensorFlow.js finds one all the same', async () => {
  const former = util as { isNullOrUndefined?: (value: unknown) => boolean };
  delete former.isNullOrUndefined;
  assert.ok(['tensorflow', 'wasm'].includes(await readyTensorflow()));
  const found = [null, undefined, 0, '', false].map((value) => former.isNullOrUndefined!(value));
  assert.deepEqual(found, [true, true, false, false, false]);
});
