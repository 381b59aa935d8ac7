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

/**
 * Normalized spectral clustering: the leading eigenvectors of `D^-1/2 A D^-1/2`, rows scaled to unit norm, clustered by k-means.
 *
 * @param affinity `n * n` values >= 0, symmetric
 * @param options the number of clusters, an integer in [1, n], and the seed of k-means' starting points, default 0
 * @returns a label in [0, clusters) for every feature
 * @throws RangeError when `affinity` is not square or `clusters` out of range
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
  const n = Math.round(Math.sqrt(affinity.length));
  if (n * n !== affinity.length)
    throw new RangeError(`affinity has ${affinity.length} values; expected a square number`);
  integerIn({ clusters }, [1, n]);
  const scale = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    let degree = 0;
    for (let col = 0; col < n; col++) degree += affinity[row * n + col];
    scale[row] = degree > 0 ? 1 / Math.sqrt(degree) : 0;
  }
  const normalized = new Matrix(n, n);
  for (let row = 0; row < n; row++) {
    for (let col = 0; col < n; col++)
      normalized.set(row, col, affinity[row * n + col] * scale[row] * scale[col]);
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

/** Lloyd's k-means from k-means++ starts (Arthur and Vassilvitskii, 2007); the best of several. */
function kMeans(points: number[][], clusters: number, random: Random): Int32Array {
  let best: { labels: Int32Array; inertia: number } | undefined;
  for (let start = 0; start < 10; start++) {
    const result = lloyd(points, chooseCentres(points, clusters, random));
    if (!best || result.inertia < best.inertia) best = result;
  }
  return best!.labels;
}

const squaredDistance = (a: number[], b: number[]) =>
  a.reduce((sum, value, index) => sum + (value - b[index]) ** 2, 0);

function chooseCentres(points: number[][], clusters: number, random: Random): number[][] {
  const centres = [points[random.integer(points.length)]];
  while (centres.length < clusters) {
    const weights = points.map((point) =>
      Math.min(...centres.map((centre) => squaredDistance(point, centre))),
    );
    let left = random.uniform() * weights.reduce((sum, value) => sum + value, 0);
    const index = weights.findIndex((weight) => {
      left -= weight;
      return left <= 0;
    });
    centres.push(points[Math.max(0, index)]);
  }
  return centres;
}

function lloyd(points: number[][], initial: number[][]): { labels: Int32Array; inertia: number } {
  let centres = initial;
  const labels = new Int32Array(points.length).fill(-1);
  for (let sweep = 0; sweep < 300; sweep++) {
    let inertia = 0;
    let moved = false;
    points.forEach((point, index) => {
      const distances = centres.map((centre) => squaredDistance(point, centre));
      const nearest = distances.indexOf(Math.min(...distances));
      inertia += distances[nearest];
      moved ||= labels[index] !== nearest;
      labels[index] = nearest;
    });
    if (!moved) return { labels, inertia };
    centres = centres.map((centre, cluster) => {
      const members = points.filter((_, index) => labels[index] === cluster);
      if (members.length === 0) return centre;
      return centre.map((_, axis) => members.reduce((sum, member) => sum + member[axis], 0) / members.length);
    });
  }
  return { labels, inertia: Number.POSITIVE_INFINITY };
}
