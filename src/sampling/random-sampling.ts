import { assertFinite, type FeatureMatrix } from '../features';
import { createRandom, sampleWithoutReplacement } from '../images';
import type { Gram } from '../subspace';
import { type DistancesTo, featureDistances, gramDistances } from './k-center';
import { checkExemplars, type Sampling, type SamplingOptions } from './sampling';

/** Parameters of {@link randomSampling}. */
export interface RandomSamplingOptions extends SamplingOptions {
  /** Whether to compute the costs, which takes far longer than the sampling. Without them they are NaN. Default true. */
  coverage?: boolean;
}

/**
 * Exemplars drawn at random without replacement.
 *
 * @param features `[n, d]`
 * @throws RangeError when a value is not finite or `exemplars` exceeds n
 */
export function randomSampling(features: FeatureMatrix, options: RandomSamplingOptions): Promise<Sampling> {
  assertFinite(features, 'features');
  return draw(features.rows, () => featureDistances(features), options);
}

/** {@link randomSampling} of data that are known by their Gram matrix alone. */
export function randomSamplingOfGram(gram: Gram, options: RandomSamplingOptions): Promise<Sampling> {
  return draw(gram.atoms, () => gramDistances(gram), options);
}

async function draw(
  count: number,
  measure: () => DistancesTo,
  options: RandomSamplingOptions,
): Promise<Sampling> {
  const { exemplars, seed = 0, coverage = true, onProgress, signal } = options;
  checkExemplars(exemplars, count);
  const indices = sampleWithoutReplacement(count, exemplars, createRandom(seed));
  const costs = new Float64Array(exemplars).fill(Number.NaN);
  if (!coverage) return { indices, costs, solves: 0 };
  const distancesTo = measure();
  const least = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const distances = new Float64Array(count);
  for (let size = 0; size < exemplars; size++) {
    signal?.throwIfAborted();
    distancesTo(indices[size], distances);
    let largest = 0;
    for (let index = 0; index < count; index++) {
      if (distances[index] < least[index]) least[index] = distances[index];
      if (least[index] > largest) largest = least[index];
    }
    costs[size] = Math.sqrt(largest);
    onProgress?.({ stage: 'exemplars', done: size + 1, total: exemplars });
    if (size % 16 === 15) await new Promise(setImmediate);
  }
  return { indices, costs, solves: count * exemplars };
}
