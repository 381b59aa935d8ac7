import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { FeatureMatrix } from '../../src/matrix';
import {
  kCenter,
  kCenterOfGram,
  randomSampling,
  randomSamplingOfGram,
  type Sampling,
  subspaceSampling,
  subspaceSamplingOfGram,
} from '../../src/sampling';
import { gramOf } from '../../src/subspace';
import { normalFeatures, timesScale } from '../helpers/scaled-features';

const options = { exemplars: 8, seed: 3 };

/** Samplers, and the power of the features' scale that their costs are in. */
const samplers: Record<string, { sample: (features: FeatureMatrix) => Promise<Sampling>; power: number }> = {
  kCenter: { sample: (features) => kCenter(features, options), power: 1 },
  kCenterOfGram: { sample: async (features) => kCenterOfGram(await gramOf(features), options), power: 1 },
  randomSampling: { sample: (features) => randomSampling(features, options), power: 1 },
  randomSamplingOfGram: {
    sample: async (features) => randomSamplingOfGram(await gramOf(features), options),
    power: 1,
  },
  subspaceSampling: { sample: (features) => subspaceSampling(features, options), power: 0 },
  subspaceSamplingOfGram: {
    sample: async (features) => subspaceSamplingOfGram(await gramOf(features), options),
    power: 0,
  },
};

for (const [name, { sample, power }] of Object.entries(samplers)) {
  test(`${name} picks the same of features of any scale`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: -30, max: 30 }),
        fc.constantFrom<[number, number]>([12, 8], [40, 200], [300, 60]),
        fc.nat(1000),
        async (k, [rows, cols], seed) => {
          const scale = 10 ** k;
          const features = normalFeatures(rows, cols, seed);
          const expected = await sample(features);
          const { indices, costs } = await sample(timesScale(features, scale));
          assert.deepEqual(indices, expected.indices);
          costs.forEach((cost, at) => {
            const own = cost / scale ** power;
            assert.ok(Math.abs(own - expected.costs[at]) < 1e-4, `${own}, ${expected.costs[at]}`);
          });
        },
      ),
      {
        numRuns: 25,
        examples: [-30, 20, 30].map((k): [number, [number, number], number] => [k, [40, 200], 1]),
      },
    );
  });
}

test('a Gram matrix without usable squared norms is not sampled', async () => {
  for (const sample of [kCenterOfGram, randomSamplingOfGram, subspaceSamplingOfGram]) {
    const data = new Float32Array(9).fill(Infinity);
    await assert.rejects(
      sample({ atoms: 3, data }, { exemplars: 2 }),
      /gram holds Infinity as the squared norm of atom 0/,
    );
  }
});
