import assert from 'node:assert/strict';
import { test } from 'node:test';
import { samplingCostFigure } from '../../src/plots';

interface Curve {
  name: string;
  x: number[];
  y: number[];
}

test('the cost after the first pick stands at one exemplar', () => {
  const { data } = samplingCostFigure({ subspace: [0.9, 0.5, 0.25], kCenter: [7] }, { y: 'cost' });
  assert.deepEqual(
    (data as Curve[]).map(({ name, x, y }) => [name, x, y]),
    [
      ['subspace', [1, 2, 3], [0.9, 0.5, 0.25]],
      ['kCenter', [1], [7]],
    ],
  );
});
