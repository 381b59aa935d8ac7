import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom, type Random } from '../../src/base';
import { type Configuration, configure, presetNames, presets } from '../../src/configuration';
import { fitBanks, limitsOf, makeAnew } from '../../src/detector/stages';
import { mapsAndScores } from '../../src/detector/score-batches';
import type { FeatureMaps } from '../../src/features';
import { createFeatureMatrix } from '../../src/matrix';
import type { LevelReconstruction } from '../../src/reconstruction';

const grid = { height: 4, width: 4 };
const [freshImages, trials, rate] = [60, 6, 0.05];

/** Independent standard normal features about a mean of their position, so that centring has something to take away. */
function noiseMaps(count: number, channels: number, random: Random): FeatureMaps {
  const positions = grid.height * grid.width;
  const features = createFeatureMatrix(count * positions, channels);
  for (let at = 0; at < features.data.length; at++)
    features.data[at] = random.normal() + Math.cos(at % (positions * channels));
  return { level: 1, count, ...grid, features };
}

/** Fractions of fresh noise that thresholds of noise call anomalous. */
async function falseAlarms(
  changes: Partial<Configuration>,
  { channels, seed, nominalImages = 48 }: { channels: number; seed: number; nominalImages?: number },
) {
  const random = createRandom(seed);
  const configuration = configure({
    ...{ mapSize: 8, sigma: 0, levels: [1], patches: 60 },
    ...changes,
    size: 16,
    imageFalseAlarms: rate,
    pixelFalseAlarms: rate,
  });
  const nominal = noiseMaps(nominalImages, channels, random);
  const fitting = { configuration, remember: makeAnew({}), work: {} };
  const { reconstructors } = await fitBanks([nominal], fitting);
  const { thresholds } = await limitsOf(reconstructors, fitting);
  const fresh = noiseMaps(freshImages, channels, random);
  const levels: LevelReconstruction[] = [];
  for (const { reconstruct } of reconstructors) levels.push(...(await reconstruct([fresh])));
  const { maps, scores } = mapsAndScores(levels, reconstructors, configuration);
  const pixels = maps.flatMap(({ data }) =>
    Array.from(data, (value): number => (value >= thresholds.pixel ? 1 : 0)),
  );
  const images = Array.from(scores, (score): number => (score >= thresholds.image ? 1 : 0));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { pixel: mean(pixels), image: mean(images) };
}

const of = (granularity: 'image' | 'position' | 'patch' | 'place') =>
  ({ granularities: [granularity] }) as const;

const cases: [string, Partial<Configuration>, number?][] = [
  ...presetNames.map((name): [string, Partial<Configuration>, number?] => [
    `preset ${name}`,
    { ...presets[name], concatenate: false, ...(presets[name].patches && { patches: 0.1 }) },
    name === 'pca' ? 120 : 12,
  ]),
  ['default', {}],
  ...(['image', 'position', 'patch'] as const).flatMap((granularity): [string, Partial<Configuration>][] => [
    [`${granularity}, centred`, { ...of(granularity), centre: true }],
    [`${granularity}, centred, OMP`, { ...of(granularity), centre: true, solver: { name: 'omp', atoms: 3 } }],
    [
      `${granularity}, standardized, centred, unit norm, Mahalanobis`,
      { ...of(granularity), standardize: true, centre: true, unitNorm: true, metric: 'mahalanobis' },
    ],
    [
      `${granularity}, energy, centred`,
      { ...of(granularity), metric: 'energy', centre: true, unitNorm: false },
    ],
    [`${granularity}, Mahalanobis`, { ...of(granularity), metric: 'mahalanobis', centre: false }],
  ]),
  [
    'position, window',
    { granularities: ['position'], window: 3, centre: true, solver: { name: 'omp', atoms: 3 } },
  ],
  ['place', of('place')],
  ['direction', { granularities: ['direction'], centre: false }, 120],
  ['image and position, centred', { granularities: ['image', 'position'], centre: true }],
];

/**
 * The threshold is a prediction limit, which a further normal score exceeds with the rate; given a threshold, the fresh images add binomial
 * noise. Of 48 scores the limit is 1.70 estimated deviations above the mean, whose rate has a deviation of about 0.024; 0.03 is above that.
 * The bounds are four standard errors of the mean of the trials.
 */
function boundsOf(): [number, number] {
  const error = 4 * Math.sqrt((0.03 ** 2 + (rate * (1 - rate)) / freshImages) / trials);
  return [Math.max(0, rate - error), rate + error];
}

for (const [name, changes, channels = 12] of cases) {
  test(`thresholds from noise flag the fraction of fresh noise that was asked for: ${name}`, async () => {
    const found = { pixel: 0, image: 0 };
    for (let seed = 0; seed < trials; seed++) {
      const { pixel, image } = await falseAlarms(changes, { channels, seed });
      found.pixel += pixel / trials;
      found.image += image / trials;
    }
    const [low, high] = boundsOf();
    assert.ok(
      found.image >= low && found.image <= high,
      `images: ${found.image}, expected ${low} to ${high}`,
    );
    // Where k-center has chosen a tenth of the patches, what an image's own exemplars covered is covered by no others when it is left out.
    const least = changes.solver?.name === 'nearest' ? 0.005 : 0.025;
    assert.ok(
      found.pixel > least && found.pixel < 0.075,
      `pixels: ${found.pixel}, expected ${least} to 0.075`,
    );
  });
}

for (const [nominalImages, runs] of [
  [3, 24],
  [8, 16],
  [31, 8],
] as const) {
  for (const granularities of [['image'], ['patch'], ['place'], ['image', 'patch', 'place']] as const) {
    test(`${nominalImages} images of noise give thresholds that hold the rate: ${granularities}`, async () => {
      let [images, squares] = [0, 0];
      for (let seed = 100; seed < 100 + runs; seed++) {
        const { image } = await falseAlarms({ granularities }, { channels: 12, seed, nominalImages });
        images += image / runs;
        squares += image ** 2 / runs;
      }
      // Rates of few images vary much from one bank to the next: four standard errors by the spread of the runs, at least that of binomial noise.
      const spread = Math.max(squares - images ** 2, (rate * (1 - rate)) / freshImages);
      const most = rate + 4 * Math.sqrt(spread / runs);
      assert.ok(images <= most, `images: ${images}, expected at most ${most}`);
    });
  }
}
