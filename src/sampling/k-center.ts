import { assertFinite, createFeatureMatrix, type FeatureMatrix, multiply } from '../features';
import { createRandom } from '../images';
import type { Gram } from '../subspace';
import { type Covering, coverFeatures, coverGram } from './covering';
import { checkExemplars, oneByOne, type Sampling, type SamplingOptions } from './sampling';

/** Parameters of {@link kCenter}. */
export interface KCenterOptions extends SamplingOptions {
  /** Dimensions of the random projection before distances are computed; features of fewer are not projected. Default 128. */
  projection?: number;
}

/**
 * PatchCore's greedy k-center coreset (Roth et al., CVPR 2022, algorithm 1): the next exemplar is the feature farthest from
 * those picked, by Euclidean distance after a Gaussian random projection.
 *
 * @param features `[n, d]`
 * @throws RangeError when a value is not finite, `exemplars` exceeds n or `projection` is not a positive integer
 */
export async function kCenter(features: FeatureMatrix, options: KCenterOptions): Promise<Sampling> {
  assertFinite(features, 'features');
  const { projection = 128, seed = 0 } = options;
  if (!Number.isInteger(projection) || projection < 1) {
    throw new RangeError(`projection is ${projection}; expected a positive integer`);
  }
  checkExemplars(options.exemplars, features.rows);
  const projected = features.cols > projection ? await project(features, projection, seed) : features;
  return greedy(await coverFeatures(projected), options);
}

/** {@link kCenter} of data that are known by their Gram matrix alone; there is no projection. */
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
