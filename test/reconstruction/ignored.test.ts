import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/base';
import { createFeatureMatrix } from '../../src/matrix';
import { fitReconstructor, gaussiansOf, granularityNames } from '../../src/reconstruction';

const [count, height, width, channels] = [9, 2, 3, 4];
const ignored = Uint8Array.of(1, 0, 0, 0, 0, 1);

/** Features at every position, and those of the positions that are not ignored alone, as maps of one row. */
function features() {
  const random = createRandom(3);
  const all = createFeatureMatrix(count * height * width, channels);
  all.data.forEach((_, at) => (all.data[at] = random.normal() + (at % channels)));
  const used = Array.from({ length: all.rows }, (_, row) => row).filter((row) => !ignored[row % 6]);
  const data = Float32Array.from(
    used.flatMap((row) => [...all.data.subarray(row * channels, (row + 1) * channels)]),
  );
  return {
    whole: { level: 1, count, height, width, features: all, ignored },
    usedOnly: {
      level: 1,
      count,
      height: 1,
      width: 4,
      features: createFeatureMatrix(used.length, channels, data),
    },
  };
}

for (const granularity of granularityNames)
  for (const changes of [
    {},
    { centre: true, standardize: true },
    { metric: 'euclidean', sampler: 'kCenter' },
  ] as const)
    test(`ignored positions are as if they were not there: ${granularity} ${JSON.stringify(changes)}`, async () => {
      const { whole, usedOnly } = features();
      const options = { granularity, exemplars: granularity === 'patch' ? 20 : 5, ...changes } as const;
      const found = await fitReconstructor([whole], options);
      const expected = await fitReconstructor([usedOnly], options);
      const near = (actual: number, wanted: number, what: string) =>
        assert.ok(
          Math.abs(actual - wanted) < 1e-4 * Math.max(1, Math.abs(wanted)),
          `${what}: ${actual}, ${wanted}`,
        );
      const [own, other] = [found.calibration[0], expected.calibration[0]];
      near(own.mean, other.mean, 'mean');
      near(own.standardDeviation, other.standardDeviation, 'standard deviation');
      const [rebuilt] = await found.reconstruct([whole]);
      const [wanted] = await expected.reconstruct([usedOnly]);
      let next = 0;
      for (const [at, residual] of rebuilt.residuals.entries())
        near(residual, ignored[at % 6] ? own.mean : wanted.residuals[next++], 'residual');
      if (granularity !== 'place') return;
      near(
        gaussiansOf(found.bank[0].exemplars).ridge,
        gaussiansOf(expected.bank[0].exemplars).ridge,
        'ridge',
      );
    });
