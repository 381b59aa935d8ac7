import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/base';
import type { FeatureMaps } from '../../src/features';
import { createFeatureMatrix } from '../../src/matrix';
import { contributionsAt, fitReconstructor } from '../../src/reconstruction';
import { nearest } from '../../src/subspace';

const count = 3;

function noiseMaps(level: number, height: number, width: number): FeatureMaps {
  const random = createRandom(level);
  const features = createFeatureMatrix(count * height * width, 8);
  features.data.forEach((_, at) => (features.data[at] = random.normal()));
  return { level, count, height, width, features };
}

/** The index on an axis of `cells` whose cell's middle is nearest to the middle of a cell of another grid. */
function nearestCell(index: number, cells: number, otherCells: number): number {
  const middle = (index + 0.5) / otherCells;
  const distances = Array.from({ length: cells }, (_, at) => Math.abs((at + 0.5) / cells - middle));
  return distances.indexOf(Math.min(...distances));
}

// Odd numbers of cells, so that no middle lies on the border of two cells.
for (const [referenceLevel, [fine, coarse]] of [
  [3, [noiseMaps(2, 7, 11), noiseMaps(3, 3, 5)]],
  [2, [noiseMaps(2, 7, 11), noiseMaps(3, 3, 5)]],
  [3, [noiseMaps(2, 9, 15), noiseMaps(3, 3, 5)]],
] as const) {
  const grids = `${fine.height}x${fine.width} and ${coarse.height}x${coarse.width}`;
  test(`exemplars chosen at level ${referenceLevel} of ${grids} are taken from the nearest positions of both levels`, async () => {
    const reconstructor = await fitReconstructor([fine, coarse], {
      ...{ granularity: 'patch', sampler: 'random', exemplars: 12, referenceLevel },
      ...{ metric: 'euclidean', solver: nearest(), unitNorm: false },
    });
    const reference = referenceLevel === 2 ? fine : coarse;
    const rebuilt = await reconstructor.reconstruct([fine, coarse]);
    for (const [index, { height, width }] of [fine, coarse].entries()) {
      const expected = new Set(
        reconstructor.origins.map(({ image, position }) => {
          const row = nearestCell(Math.floor(position! / reference.width), height, reference.height);
          const column = nearestCell(position! % reference.width, width, reference.width);
          return `image ${image}, row ${row}, column ${column}`;
        }),
      );
      // A nominal position that is an exemplar is rebuilt by itself, without residual; any other one is not.
      const found = new Set<string>();
      for (let image = 0; image < count; image++)
        for (let row = 0; row < height; row++)
          for (let column = 0; column < width; column++) {
            const [part] = contributionsAt(reconstructor, rebuilt[index], { image, row, column });
            const isItself = part.image === image && part.row === row && part.column === column;
            const residual = rebuilt[index].residuals[(image * height + row) * width + column];
            assert.equal(residual < 1e-3, isItself, `level ${index + 2}: residual ${residual}`);
            found.add(`image ${part.image}, row ${part.row}, column ${part.column}`);
          }
      assert.deepEqual([...found].sort(), [...expected].sort(), `level ${index + 2}`);
    }
  });
}
