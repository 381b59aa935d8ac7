import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalizeRows } from '../../src/matrix';
import {
  affinityOf,
  elasticNet,
  lasso,
  selfExpress,
  spectralClustering,
  toySubspaces,
} from '../../src/subspace';

/** Share of points with the right label under the best renaming of three labels. */
function agreement(labels: Int32Array, truth: Int32Array): number {
  const renamings = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];
  const right = renamings.map((names) =>
    labels.reduce((sum, label, index) => sum + (names[label] === truth[index] ? 1 : 0), 0),
  );
  return Math.max(...right) / labels.length;
}

test('spectral clustering of the affinity mostly separates three planes of R^3, which meet in lines', async () => {
  const found: number[] = [];
  for (let seed = 0; seed < 10; seed++) {
    const { features, labels } = toySubspaces({ subspaces: 3, points: 60, seed });
    const codes = await selfExpress(normalizeRows(features), lasso({ multiple: 1000 }));
    found.push(agreement(spectralClustering(affinityOf(codes), { clusters: 3 }), labels));
  }
  const mean = found.reduce((sum, value) => sum + value, 0) / found.length;
  // Labels at random agree on about 0.4.
  assert.ok(mean > 0.85 && Math.min(...found) > 0.7, found.join());
});

test('spectral clustering of the affinity separates three planes of R^6, whatever their directions', async () => {
  for (const seed of [0, 1, 2, 3, 4]) {
    const { features, labels } = toySubspaces({ ambient: 6, subspaces: 3, points: 60, noise: 0.01, seed });
    const codes = await selfExpress(normalizeRows(features), elasticNet({ mu: 0.5, multiple: 50 }));
    const share = agreement(spectralClustering(affinityOf(codes), { clusters: 3 }), labels);
    assert.ok(share > 0.95, `seed ${seed}: ${share}`);
  }
});
