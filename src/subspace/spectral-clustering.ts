import { kmeans } from 'ml-kmeans';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { createRandom, integerIn, type Random } from '../base';
import type { SparseCodes } from './solver';

/**
 * The affinity of self-expressed features, `|C| + |C|^T`, each row of C first scaled by its largest coefficient.
 *
 * @param codes square: features over themselves
 * @returns `n * n` values >= 0, symmetric
 * @throws RangeError when the codes are not square
 * @see You, Robinson, Vidal, CVPR 2016
 * @example
 * ```ts
 * const features = featureMatrixFrom([[1, 0], [0, 1], [2, 0]]);
 * const affinity = affinityOf(await selfExpress(features, omp({ atoms: 1 })));
 * affinity[0 * 3 + 2] // 2
 * ```
 */
export function affinityOf({ rows, cols, rowStarts, indices, values }: SparseCodes): Float64Array {
  if (rows !== cols)
    throw new RangeError(`codes are ${rows}x${cols}; an affinity needs features over themselves`);
  const affinity = new Float64Array(rows * rows);
  for (let row = 0; row < rows; row++) {
    let largest = 0;
    for (let entry = rowStarts[row]; entry < rowStarts[row + 1]; entry++)
      largest = Math.max(largest, Math.abs(values[entry]));
    if (largest === 0) continue;
    for (let entry = rowStarts[row]; entry < rowStarts[row + 1]; entry++) {
      const weight = Math.abs(values[entry]) / largest;
      affinity[row * rows + indices[entry]] += weight;
      affinity[indices[entry] * rows + row] += weight;
    }
  }
  return affinity;
}

/** Starts of k-means. */
const starts = 10;
/** Rounding that two values of a symmetric affinity may differ by, as a fraction of the largest. */
const asymmetry = 1e-9;

/**
 * Normalized spectral clustering: the leading eigenvectors of `D^-1/2 A D^-1/2`, rows scaled to unit norm, clustered by k-means.
 *
 * @param affinity `n * n` values >= 0, symmetric
 * @param options the number of clusters, an integer in [1, n], and the seed of k-means' starting points, default 0
 * @returns a label in [0, clusters) for every feature
 * @throws RangeError when `affinity` is not square or not symmetric, holds a value that is negative or not finite, or `clusters` is not
 *   an integer in [1, n]
 * @see Ng, Jordan, Weiss, NIPS 2001
 * @example
 * ```ts
 * const labels = spectralClustering(Float64Array.of(1, 1, 0, 1, 1, 0, 0, 0, 1), { clusters: 2 });
 * labels[0] === labels[1] && labels[0] !== labels[2] // true
 * ```
 */
export function spectralClustering(
  affinity: Float64Array,
  { clusters, seed = 0 }: { clusters: number; seed?: number },
): Int32Array {
  const { n, largest } = checkAffinity(affinity);
  integerIn({ clusters }, [1, n], 'the number of features');
  const relative = affinity.map((value) => value / (largest || 1));
  const scale = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    let degree = 0;
    for (let col = 0; col < n; col++) degree += relative[row * n + col];
    scale[row] = degree > 0 ? 1 / Math.sqrt(degree) : 0;
  }
  const normalized = new Matrix(n, n);
  for (let row = 0; row < n; row++) {
    for (let col = 0; col < n; col++)
      normalized.set(row, col, relative[row * n + col] * scale[row] * scale[col]);
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(normalized, {
    assumeSymmetric: true,
  });
  const leading = Array.from(realEigenvalues.keys())
    .sort((a, b) => realEigenvalues[b] - realEigenvalues[a])
    .slice(0, clusters);
  const embedding = Array.from({ length: n }, (_, row) => {
    const point = leading.map((col) => eigenvectorMatrix.get(row, col));
    const norm = Math.hypot(...point) || 1;
    return point.map((value) => value / norm);
  });
  return kMeans(embedding, clusters, createRandom(seed));
}

/** Labels of k-means, from the one of several k-means++ starts (Arthur and Vassilvitskii, 2007) with the smallest inertia. */
function kMeans(points: number[][], clusters: number, random: Random): Int32Array {
  const results = Array.from({ length: starts }, () => {
    const seed = 1 + random.integer(2 ** 31 - 1);
    const { clusters: labels, centroids } = kmeans(points, clusters, {
      seed,
      maxIterations: 300,
      tolerance: 0,
    });
    let inertia = 0;
    points.forEach((point, index) => {
      const centre = centroids[labels[index]];
      for (let axis = 0; axis < centre.length; axis++) inertia += (point[axis] - centre[axis]) ** 2;
    });
    return { labels, inertia };
  });
  return Int32Array.from(
    results.reduce((best, result) => (result.inertia < best.inertia ? result : best)).labels,
  );
}

/**
 * Checks an affinity.
 *
 * @returns n, and the largest value
 */
function checkAffinity(affinity: Float64Array): { n: number; largest: number } {
  const n = Math.round(Math.sqrt(affinity.length));
  if (n === 0 || n * n !== affinity.length)
    throw new RangeError(`affinity has ${affinity.length} values; expected n * n, with at least one feature`);
  let largest = 0;
  for (let at = 0; at < affinity.length; at++) {
    if (!(affinity[at] >= 0 && affinity[at] < Infinity))
      throw new RangeError(
        `affinity holds ${affinity[at]} at row ${Math.floor(at / n)}, column ${at % n}; expected finite values >= 0: use the coefficients' magnitudes, as affinityOf does`,
      );
    largest = Math.max(largest, affinity[at]);
  }
  for (let row = 0; row < n; row++) {
    for (let col = 0; col < row; col++) {
      const [below, above] = [affinity[row * n + col], affinity[col * n + row]];
      if (Math.abs(below - above) > asymmetry * largest)
        throw new RangeError(
          `affinity holds ${below} at row ${row}, column ${col} and ${above} at row ${col}, column ${row}; expected a symmetric matrix: add its transpose, as affinityOf does`,
        );
    }
  }
  return { n, largest };
}
