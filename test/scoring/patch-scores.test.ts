import assert from 'node:assert/strict';
import { test } from 'node:test';
import { featureMatrixFrom } from '../../src/matrix';
import type { RebuiltMaps } from '../../src/reconstruction';
import { neighbourScores, patchScores } from '../../src/scoring';

/** Images of two patches with one channel, each reconstructed from the exemplar named by its index. */
function rebuiltOf(patches: readonly { target: number; nearest: number; residual: number }[]): RebuiltMaps {
  return {
    ...{ level: 2, count: patches.length / 2, width: 2, height: 1 },
    residuals: Float32Array.from(patches, ({ residual }) => residual),
    target: featureMatrixFrom(patches.map(({ target }) => [target])),
    codes: {
      ...{ rows: patches.length, cols: 11 },
      rowStarts: Uint32Array.from({ length: patches.length + 1 }, (_, row) => row),
      indices: Uint32Array.from(patches, ({ nearest }) => nearest),
      values: new Float64Array(patches.length).fill(1),
    },
  };
}

test('the score of an image is the largest residual of its own patches', () => {
  const residuals = Float32Array.of(1, 5, 2, 9, 3, 0, 4, 4, 4);
  assert.deepEqual([...patchScores({ level: 2, count: 3, width: 3, height: 1, residuals })], [5, 9, 4]);
});

test('a patch weighs its distance by the exemplars around its nearest one, as equation 7 of PatchCore', () => {
  const exemplars = featureMatrixFrom([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 100].map((value) => [value]));
  const scores = neighbourScores(
    rebuiltOf([
      { target: 4.25, nearest: 4, residual: 0.25 },
      { target: 97, nearest: 10, residual: 3 },
      { target: 5.5, nearest: 5, residual: 0.5 },
      { target: 3.25, nearest: 3, residual: 0.25 },
    ]),
    exemplars,
  );
  const weightOf = (target: number, around: readonly number[]) => {
    const powers = around.map((place) => Math.exp(Math.abs(place - target)));
    return 1 - powers[0] / powers.reduce((sum, power) => sum + power, 0);
  };
  // The nearest exemplar and the eight around it, by hand: of 100 all those down to 2, of 5 those from 1 to 9.
  assert.ok(Math.abs(scores[0] - 3 * weightOf(97, [100, 9, 8, 7, 6, 5, 4, 3, 2])) < 1e-6);
  assert.ok(Math.abs(scores[1] - 0.5 * weightOf(5.5, [5, 4, 6, 3, 7, 2, 8, 1, 9])) < 1e-6);
});
