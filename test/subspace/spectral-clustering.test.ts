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

test('spectral clustering refuses what is not an affinity', () => {
  const cluster = (values: number[], clusters = 1) =>
    spectralClustering(Float64Array.from(values), { clusters });
  for (const [run, message] of [
    [() => cluster([]), /affinity has 0 values; expected n \* n, with at least one feature/],
    [() => cluster([1, 0, 0]), /affinity has 3 values; expected n \* n/],
    [() => cluster([1, 0, NaN, 1]), /affinity holds NaN at row 1, column 0; expected finite values >= 0/],
    [() => cluster([1, Infinity, Infinity, 1]), /affinity holds Infinity at row 0, column 1/],
    [
      () => cluster([1, -0.5, -0.5, 1]),
      /affinity holds -0.5 at row 0, column 1; expected finite values >= 0/,
    ],
    [
      () => cluster([1, 0.2, 0.3, 1]),
      /affinity holds 0.3 at row 1, column 0 and 0.2 at row 0, column 1; expected a symmetric matrix/,
    ],
    [
      () => cluster([1, 0, 0, 1], 3),
      /clusters is 3; expected an integer in \[1, 2\], the number of features/,
    ],
    [() => cluster([1, 0, 0, 1], 0), /clusters is 0; expected an integer in \[1, 2\]/],
    [() => cluster([1, 0, 0, 1], 1.5), /clusters is 1.5; expected an integer in \[1, 2\]/],
  ] as const)
    assert.throws(run, { name: 'RangeError', message });
});

test('spectral clustering finds the blocks of an affinity of any scale, and by its seed always the same labels', () => {
  const sizes = [7, 4, 9, 5];
  const truth = sizes.flatMap((size, block) => new Array<number>(size).fill(block));
  const n = truth.length;
  for (const scale of [1e-300, 1, 1e305]) {
    const affinity = Float64Array.from({ length: n * n }, (_, at) =>
      truth[Math.floor(at / n)] === truth[at % n] ? scale * (1 + ((at * at) % 7) / 1e12) : 0,
    );
    for (let seed = 0; seed < 8; seed++) {
      const labels = spectralClustering(affinity, { clusters: 4, seed });
      assert.deepEqual(labels, spectralClustering(affinity, { clusters: 4, seed }));
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++)
          assert.equal(labels[i] === labels[j], truth[i] === truth[j], `scale ${scale}, seed ${seed}`);
    }
  }
});

test('spectral clustering labels features that are alike, unconnected or alone', () => {
  const alike = spectralClustering(new Float64Array(25).fill(1), { clusters: 3 });
  const unconnected = spectralClustering(new Float64Array(25), { clusters: 2 });
  for (const [labels, clusters] of [
    [alike, 3],
    [unconnected, 2],
  ] as const) {
    assert.equal(labels.length, 5);
    assert.ok(labels.every((label) => label >= 0 && label < clusters));
  }
  assert.deepEqual([...spectralClustering(Float64Array.of(1), { clusters: 1 })], [0]);
  const alone = spectralClustering(Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), { clusters: 3 });
  assert.equal(new Set(alone).size, 3);
});
