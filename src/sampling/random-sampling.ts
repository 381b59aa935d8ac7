import { createRandom, sampleWithoutReplacement } from '../base';
import { assertFinite, type FeatureMatrix } from '../matrix';
import type { Gram } from '../subspace';
import { coverFeatures, coverGram, type Covering } from './covering';
import { checkExemplars, oneByOne, type Sampling, type SamplingOptions } from './sampling';

/** Parameters of {@link randomSampling}. */
export interface RandomSamplingOptions extends SamplingOptions {
  /** Whether to compute the costs, which takes far longer than the sampling. Without them they are NaN. Default true. */
  coverage?: boolean;
}

/**
 * Exemplars drawn at random without replacement.
 *
 * @param features `[n, d]`
 * @param options the number of exemplars, the seed, whether to compute the costs, progress and signal
 * @returns indices in the order of drawing, and the largest distance to an exemplar after each
 * @throws RangeError when a value is not finite or `exemplars` exceeds n
 * @example
 * ```ts
 * const features = featureMatrixFrom([[0], [1], [2]]);
 * const { indices } = await randomSampling(features, { exemplars: 3 });
 * [...indices].sort() // [0, 1, 2]
 * ```
 */
export async function randomSampling(
  features: FeatureMatrix,
  options: RandomSamplingOptions,
): Promise<Sampling> {
  assertFinite(features, 'features');
  return draw(features.rows, () => coverFeatures(features), options);
}

/**
 * {@link randomSampling} of data that are known by their Gram matrix alone.
 *
 * @throws RangeError as {@link randomSampling} does, and when a squared norm is negative or not finite
 */
export async function randomSamplingOfGram(gram: Gram, options: RandomSamplingOptions): Promise<Sampling> {
  return draw(gram.atoms, async () => coverGram(gram), options);
}

async function draw(
  count: number,
  cover: () => Promise<Covering>,
  options: RandomSamplingOptions,
): Promise<Sampling> {
  const { exemplars, seed = 0, coverage = true } = options;
  checkExemplars(exemplars, count);
  const indices = sampleWithoutReplacement(count, exemplars, createRandom(seed));
  const costs = new Float64Array(exemplars).fill(Number.NaN);
  if (!coverage) return { indices, costs, solves: 0 };
  const covering = await cover();
  await oneByOne(options, (size) => {
    costs[size] = covering.add(indices[size]).distance;
  });
  return { indices, costs, solves: covering.computed() };
}
