import { createRandom, integerIn } from '../base';
import { assertFinite, createFeatureMatrix, type FeatureMatrix, multiply } from '../matrix';
import type { Gram } from '../subspace';
import { coverFeatures, coverGram, type Covering } from './covering';
import { checkExemplars, oneByOne, type Sampling, type SamplingOptions } from './sampling';

/** Parameters of {@link kCenter}. */
export interface KCenterOptions extends SamplingOptions {
  /** Dimensions of the random projection before distances are computed; features of fewer are not projected. Default 128. */
  projection?: number;
}

/**
 * PatchCore's greedy k-center coreset, `argmax_x min_s ‖x - s‖`: the next exemplar is the feature farthest from those picked, by
 * Euclidean distance after a Gaussian random projection.
 *
 * @param features `[n, d]`
 * @param options the number of exemplars, the dimensions of the projection, the seed, progress and signal
 * @returns indices in the order of picking, and the largest distance after each pick
 * @see Roth et al., CVPR 2022, algorithm 1
 * @example
 * ```ts
 * const features = featureMatrixFrom([[0, 0], [1, 0], [9, 0], [9, 1]]);
 * const { indices } = await kCenter(features, { exemplars: 2 });
 * [...indices].some((index) => index < 2) && [...indices].some((index) => index >= 2) // true
 * ```
 * @throws RangeError when a value is not finite, `exemplars` exceeds n or `projection` is not a positive integer
 */
export async function kCenter(features: FeatureMatrix, options: KCenterOptions): Promise<Sampling> {
  assertFinite(features, 'features');
  const { projection = 128, seed = 0 } = options;
  integerIn({ projection }, [1]);
  checkExemplars(options.exemplars, features.rows);
  const projected = (own: FeatureMatrix) => project(own, projection, seed);
  return greedy(await coverFeatures(features, features.cols > projection ? projected : undefined), options);
}

/**
 * {@link kCenter} of data that are known by their Gram matrix alone; there is no projection.
 *
 * @throws RangeError as {@link kCenter} does, and when a squared norm is negative or not finite
 */
export async function kCenterOfGram(gram: Gram, options: SamplingOptions): Promise<Sampling> {
  return greedy(coverGram(gram), options);
}

async function greedy(covering: Covering, options: SamplingOptions): Promise<Sampling> {
  const { exemplars, seed = 0 } = options;
  checkExemplars(exemplars, covering.count);
  const indices = new Uint32Array(exemplars);
  const costs = new Float64Array(exemplars);
  let next = createRandom(seed).integer(covering.count);
  await oneByOne(options, (size) => {
    indices[size] = next;
    const { farthest, distance } = covering.add(next);
    costs[size] = distance;
    next = farthest;
  });
  return { indices, costs, solves: covering.computed() };
}

/** Gaussian random projection (Johnson and Lindenstrauss), scaled to keep distances. */
function project(features: FeatureMatrix, dimensions: number, seed: number): Promise<FeatureMatrix> {
  const random = createRandom(seed);
  const directions = createFeatureMatrix(features.cols, dimensions);
  directions.data.forEach((_, index) => {
    directions.data[index] = random.normal() / Math.sqrt(dimensions);
  });
  return multiply(features, directions);
}
