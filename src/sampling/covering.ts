import {
  createFeatureMatrix,
  type FeatureMatrix,
  instantiateSimd,
  largestMagnitude,
  multiply,
  ordinaryScale,
  scaleFeatures,
  spreadRows,
  squaredRowNorms,
} from '../matrix';
import { checkGram, type Gram } from '../subspace';
import { leadingDirections } from './leading-directions';

/** Distances of data to the nearest of their exemplars, of which there are more and more. */
export interface Covering {
  count: number;
  /**
   * Makes a datum the next exemplar.
   *
   * @returns the datum farthest from its nearest exemplar (the first of equal ones) and its distance; -1 and 0 when every datum
   *   is an exemplar
   */
  add(index: number): { farthest: number; distance: number };
  /** Number of distances that were computed. */
  computed(): number;
}

/**
 * Numbers of leading coordinates: a bound from the first few rules out most distances, and one from all of them most of the
 * others, so that few distances are computed.
 */
const headCols = 48;
const firstCols = 16;
/** The leading directions are learnt from at most so many features. */
const largestSample = 4096;

/**
 * Covers features by Euclidean distance, exactly. Leading coordinates in an orthonormal basis, and the norm of the
 * remainder beyond the first of them, bound a distance from below. The distance is computed only where the bound does not exceed the
 * distance to the nearest exemplar so far. Features whose squares overflow or underflow single precision are scaled by a power of two.
 *
 * @param project transforms the features after they are scaled, and preserves distances
 * @throws RangeError when the features do not fit into 4 GB
 */
export async function coverFeatures(
  features: FeatureMatrix,
  project?: (features: FeatureMatrix) => Promise<FeatureMatrix>,
): Promise<Covering> {
  const scale = ordinaryScale(largestMagnitude(features));
  const scaled = scaleFeatures(features, scale);
  const covering = await coverOrdinary(project ? await project(scaled) : scaled);
  if (scale === 1) return covering;
  return {
    ...covering,
    add(index) {
      const { farthest, distance } = covering.add(index);
      return { farthest, distance: distance / scale };
    },
  };
}

async function coverOrdinary(features: FeatureMatrix): Promise<Covering> {
  const { rows, cols, data } = features;
  const heads = cols > headCols ? await headsOf(features) : createFeatureMatrix(rows, 0);
  const firsts = Math.min(firstCols, heads.cols);
  const rest = heads.cols - firsts;
  const padded = Math.ceil(rows / 4) * 4;
  const perRow = 4 * padded;
  const sizes = [4 * rows * cols, perRow * firsts, 4 * rows * rest, perRow, perRow, perRow, 16];
  const simd = instantiateSimd(sizes.reduce((sum, size) => sum + size + 16, 0));
  const [featuresAt, firstAt, furtherAt, lowsAt, highsAt, leastAt, countedAt] = sizes.map(simd.allocate);
  const view = (at: number, length: number) => new Float32Array(simd.buffer, at, length);
  view(featuresAt, rows * cols).set(data);
  const largestNorm = writeBounds(features, heads, {
    first: view(firstAt, padded * firsts),
    further: view(furtherAt, rows * rest),
    lows: view(lowsAt, padded),
    highs: view(highsAt, padded),
    firsts,
  });
  const least = view(leastAt, padded).fill(Number.POSITIVE_INFINITY, 0, rows).fill(-1, rows);
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
        firstAt,
        furtherAt,
        firsts,
        rest,
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

/** Where the kernel finds leading coordinates and the bounds of the rest of a feature. */
interface BoundArrays {
  /** The first leading coordinates, four features interleaved. */
  first: Float32Array;
  further: Float32Array;
  /** Bounds of the norm of the remainder beyond the first coordinates. */
  lows: Float32Array;
  highs: Float32Array;
  /** Number of first coordinates. */
  firsts: number;
}

/** Fills the arrays and gives the largest squared norm. */
function writeBounds(features: FeatureMatrix, heads: FeatureMatrix, arrays: BoundArrays): number {
  const { first, further, lows, highs, firsts } = arrays;
  const squaredNorms = squaredRowNorms(features);
  let largestNorm = 0;
  for (let row = 0; row < features.rows; row++) {
    const own = heads.data.subarray(row * heads.cols, (row + 1) * heads.cols);
    const start = (row - (row % 4)) * firsts + (row % 4);
    let left = squaredNorms[row];
    for (let col = 0; col < firsts; col++) {
      first[start + 4 * col] = own[col];
      left -= own[col] * own[col];
    }
    further.set(own.subarray(firsts), row * (heads.cols - firsts));
    const error = 1e-6 * squaredNorms[row];
    lows[row] = Math.sqrt(Math.max(0, left - error));
    highs[row] = Math.sqrt(Math.max(0, left + error));
    largestNorm = Math.max(largestNorm, squaredNorms[row]);
  }
  return largestNorm;
}

/** Covers data that are known by their Gram matrix: `|x|^2 + |y|^2 - 2 <x, y>`. */
export function coverGram(gram: Gram): Covering {
  checkGram(gram);
  const { atoms, data } = gram;
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
  const sample = spreadRows(features, largestSample);
  return multiply(features, await leadingDirections(sample, headCols));
}
