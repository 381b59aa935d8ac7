import {
  assertFinite,
  createFeatureMatrix,
  type FeatureMatrix,
  multiply,
  squaredRowNorms,
} from '../features';
import { createRandom } from '../images';
import type { Gram } from '../subspace';
import { checkExemplars, type Sampling, type SamplingOptions } from './sampling';

/** Parameters of {@link kCenter}. */
export interface KCenterOptions extends SamplingOptions {
  /** Dimensions of the random projection before distances are computed; features of fewer are not projected. Default 128. */
  projection?: number;
}

/** Squared distances of all features to feature `index`, into `out`. */
export type DistancesTo = (index: number, out: Float64Array) => void;

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
  const projected = features.cols > projection ? await project(features, projection, seed) : features;
  return greedy(features.rows, featureDistances(projected), options);
}

/** {@link kCenter} of data that are known by their Gram matrix alone; there is no projection. */
export function kCenterOfGram(gram: Gram, options: SamplingOptions): Promise<Sampling> {
  return greedy(gram.atoms, gramDistances(gram), options);
}

/** Squared distances from Gram entries, `|x|^2 + |y|^2 - 2 <x, y>`. */
export function gramDistances({ atoms, data }: Gram): DistancesTo {
  return (index, out) => {
    for (let other = 0; other < atoms; other++) {
      const distance =
        data[other * (atoms + 1)] + data[index * (atoms + 1)] - 2 * data[index * atoms + other];
      out[other] = Math.max(0, distance);
    }
  };
}

/** Squared distances between rows. */
export function featureDistances(features: FeatureMatrix): DistancesTo {
  const { rows, cols, data } = features;
  const norms = squaredRowNorms(features);
  return (index, out) => {
    const own = data.subarray(index * cols, (index + 1) * cols);
    for (let row = 0, at = 0; row < rows; row++) {
      let [a, b, c, d] = [0, 0, 0, 0];
      let col = 0;
      for (; col + 3 < cols; col += 4, at += 4) {
        a += own[col] * data[at];
        b += own[col + 1] * data[at + 1];
        c += own[col + 2] * data[at + 2];
        d += own[col + 3] * data[at + 3];
      }
      for (; col < cols; col++) a += own[col] * data[at++];
      out[row] = Math.max(0, norms[row] + norms[index] - 2 * (a + b + c + d));
    }
  };
}

async function greedy(count: number, distancesTo: DistancesTo, options: SamplingOptions): Promise<Sampling> {
  const { exemplars, seed = 0, onProgress, signal } = options;
  checkExemplars(exemplars, count);
  const indices = new Uint32Array(exemplars);
  const costs = new Float64Array(exemplars);
  const least = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const distances = new Float64Array(count);
  let next = createRandom(seed).integer(count);
  for (let size = 0; size < exemplars; size++) {
    signal?.throwIfAborted();
    indices[size] = next;
    distancesTo(next, distances);
    least[next] = Number.NEGATIVE_INFINITY;
    let farthest = -1;
    for (let index = 0; index < count; index++) {
      if (distances[index] < least[index]) least[index] = distances[index];
      if (least[index] >= 0 && (farthest < 0 || least[index] > least[farthest])) farthest = index;
    }
    costs[size] = farthest < 0 ? 0 : Math.sqrt(least[farthest]);
    next = farthest;
    onProgress?.({ stage: 'exemplars', done: size + 1, total: exemplars });
    if (size % 16 === 15) await new Promise(setImmediate);
  }
  return { indices, costs, solves: count * exemplars };
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
