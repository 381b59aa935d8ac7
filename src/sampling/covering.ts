import {
  createFeatureMatrix,
  type FeatureMatrix,
  instantiateSimd,
  multiply,
  selectRows,
  squaredRowNorms,
} from '../features';
import type { Gram } from '../subspace';
import { leadingDirections } from './leading-directions';

/** Distances of data to the nearest of their exemplars, of which there are more and more. */
export interface Covering {
  count: number;
  /**
   * Makes a datum the next exemplar.
   *
   * @returns the datum farthest from its nearest exemplar, of equal ones the first, and its distance; -1 and 0 when every datum
   *   is an exemplar
   */
  add(index: number): { farthest: number; distance: number };
  /** Number of distances that were computed. */
  computed(): number;
}

/** Leading coordinates by which most distances need not be computed; features of up to twice as many do without. */
const headCols = 32;
/** Features from which the leading directions are learnt, at most. */
const largestSample = 4096;

/**
 * Covers features by Euclidean distance, exactly. Leading coordinates in an orthonormal basis, and the norm of what they leave,
 * bound a distance from below: it is computed only where that does not exceed the distance to the nearest exemplar so far.
 *
 * @throws RangeError when the features do not fit into 4 GB
 */
export async function coverFeatures(features: FeatureMatrix): Promise<Covering> {
  const { rows, cols, data } = features;
  const heads = cols > 2 * headCols ? await headsOf(features) : createFeatureMatrix(rows, 0);
  const sizes = [4 * rows * cols, 4 * rows * heads.cols, 4 * rows, 4 * rows, 4 * rows, 16];
  const simd = instantiateSimd(sizes.reduce((sum, size) => sum + size + 16, 0));
  const [featuresAt, headsAt, lowsAt, highsAt, leastAt, countedAt] = sizes.map(simd.allocate);
  const view = (at: number, length: number) => new Float32Array(simd.buffer, at, length);
  view(featuresAt, rows * cols).set(data);
  view(headsAt, rows * heads.cols).set(heads.data);
  const squaredNorms = squaredRowNorms(features);
  const headNorms = squaredRowNorms(heads);
  const [lows, highs] = [view(lowsAt, rows), view(highsAt, rows)];
  let largestNorm = 0;
  for (let row = 0; row < rows; row++) {
    const tail = squaredNorms[row] - headNorms[row];
    const error = 1e-6 * squaredNorms[row];
    lows[row] = Math.sqrt(Math.max(0, tail - error));
    highs[row] = Math.sqrt(Math.max(0, tail + error));
    largestNorm = Math.max(largestNorm, squaredNorms[row]);
  }
  const least = view(leastAt, rows).fill(Number.POSITIVE_INFINITY);
  const counted = new Uint32Array(simd.buffer, countedAt, 1);
  let computed = 0;
  return {
    count: rows,
    add(index) {
      least[index] = -1;
      const farthest = simd.lowerDistances(
        featuresAt,
        rows,
        cols,
        headsAt,
        heads.cols,
        lowsAt,
        highsAt,
        1e-8 * largestNorm,
        leastAt,
        index,
        countedAt,
      );
      computed += counted[0];
      return { farthest, distance: farthest < 0 ? 0 : Math.sqrt(least[farthest]) };
    },
    computed: () => computed,
  };
}

/** Covers data that are known by their Gram matrix: `|x|^2 + |y|^2 - 2 <x, y>`. */
export function coverGram({ atoms, data }: Gram): Covering {
  const least = new Float64Array(atoms).fill(Number.POSITIVE_INFINITY);
  let exemplars = 0;
  return {
    count: atoms,
    add(index) {
      exemplars++;
      least[index] = -1;
      let farthest = -1;
      for (let other = 0; other < atoms; other++) {
        if (least[other] < 0) continue;
        const distance =
          data[other * (atoms + 1)] + data[index * (atoms + 1)] - 2 * data[index * atoms + other];
        least[other] = Math.min(least[other], Math.max(0, distance));
        if (farthest < 0 || least[other] > least[farthest]) farthest = other;
      }
      return { farthest, distance: farthest < 0 ? 0 : Math.sqrt(least[farthest]) };
    },
    computed: () => atoms * exemplars,
  };
}

async function headsOf(features: FeatureMatrix): Promise<FeatureMatrix> {
  const step = Math.ceil(features.rows / largestSample);
  const sample = selectRows(
    features,
    Uint32Array.from({ length: Math.ceil(features.rows / step) }, (_, index) => index * step),
  );
  return multiply(features, await leadingDirections(sample, headCols));
}
