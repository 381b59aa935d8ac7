import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/base';
import type { FeatureMaps } from '../../src/features';
import { createFeatureMatrix, rowOf } from '../../src/matrix';
import { explainPosition, fitReconstructor } from '../../src/reconstruction';
import { ridge } from '../../src/subspace';

const [height, width] = [3, 4];

function noiseMaps(count: number, seed: number): FeatureMaps {
  const random = createRandom(seed);
  const features = createFeatureMatrix(count * height * width, 6);
  features.data.forEach((_, at) => (features.data[at] = random.normal()));
  return { level: 3, count, height, width, features };
}

test('the nearest exemplar is the one of least Euclidean distance, of the same position where exemplars are images', async () => {
  const nominal = noiseMaps(9, 1);
  const target = noiseMaps(1, 2);
  for (const granularity of ['image', 'position', 'patch'] as const) {
    const reconstructor = await fitReconstructor([nominal], {
      ...{ granularity, metric: 'euclidean', unitNorm: false, exemplars: granularity === 'patch' ? 40 : 6 },
      solver: ridge({ penalty: 0.1 }),
    });
    const [rebuilt] = await reconstructor.reconstruct([target]);
    for (let at = 0; at < height * width; at++) {
      const [row, column] = [Math.floor(at / width), at % width];
      const { nearest } = await explainPosition(reconstructor, [target], rebuilt, {
        row,
        column,
        leftOut: 0,
      });
      const feature = rowOf(target.features, at);
      const candidates = reconstructor.origins
        .map(({ image, position: origin }) => {
          const position = origin ?? at;
          const other = rowOf(nominal.features, image * height * width + position);
          const distance = Math.hypot(...feature.map((value, channel) => value - other[channel]));
          return { image, row: Math.floor(position / width), column: position % width, distance };
        })
        .sort((a, b) => a.distance - b.distance);
      const { distance, ...place } = nearest!;
      const { distance: least, ...expected } = candidates[0];
      assert.deepEqual(place, expected, `${granularity}, position ${at}`);
      assert.ok(Math.abs(distance - least) < 1e-4, `${granularity}: ${distance}, expected ${least}`);
    }
  }
});
