import { createRandom, integerIn, numberIn, type Random } from '../base';
import { createFeatureMatrix, type FeatureMatrix } from '../matrix';

/** Parameters of {@link toySubspaces}. */
export interface ToyOptions {
  /** Dimension of the ambient space. Default 3. */
  ambient?: number;
  /** Dimension of every subspace, less than or equal to `ambient`. Default 2. */
  dimension?: number;
  /** Number of subspaces. Default 1. */
  subspaces?: number;
  /** Points per subspace. Default 500. */
  points?: number;
  /** Standard deviation of the Gaussian noise added to every coordinate, >= 0. Default 0. */
  noise?: number;
  /** Points drawn from the whole space, added at the end. Default 0. */
  outliers?: number;
  /** Default 0. */
  seed?: number;
}

/** Points of a union of random subspaces. */
export interface ToyData {
  /** `[subspaces * points + outliers, ambient]`. */
  features: FeatureMatrix;
  /** Subspace of every point; -1 for an outlier. */
  labels: Int32Array;
  /** Orthonormal basis of every subspace, `[dimension, ambient]`. */
  bases: FeatureMatrix[];
}

/**
 * Random points of random linear subspaces: standard normal coordinates in a random orthonormal basis, scaled by
 * `1/sqrt(dimension)` so that points have about unit norm; outliers are uniform on the unit sphere.
 *
 * @returns the points, their labels and the bases; the same seed gives the same points
 * @throws RangeError when a count is not a positive integer, `dimension` exceeds `ambient`, or `noise` is negative
 * @example
 * ```ts
 * const { features, bases } = toySubspaces({ points: 100 }); // a plane in R³
 * [features.rows, features.cols, bases[0].rows] // [100, 3, 2]
 * ```
 */
export function toySubspaces(options: ToyOptions = {}): ToyData {
  const {
    ambient = 3,
    dimension = 2,
    subspaces = 1,
    points = 500,
    noise = 0,
    outliers = 0,
    seed = 0,
  } = options;
  for (const [name, value] of Object.entries({ ambient, subspaces, points }))
    integerIn({ [name]: value }, [1]);
  integerIn({ dimension }, [1, ambient], 'the dimension of the space');
  numberIn({ noise }, { from: 0 });
  integerIn({ outliers }, [0]);
  const random = createRandom(seed);
  const total = subspaces * points + outliers;
  const features = createFeatureMatrix(total, ambient);
  const labels = new Int32Array(total).fill(-1);
  const bases = Array.from({ length: subspaces }, () => randomBasis(dimension, ambient, random));
  bases.forEach((basis, subspace) => {
    for (let point = subspace * points; point < (subspace + 1) * points; point++) {
      labels[point] = subspace;
      const position = new Float64Array(ambient);
      for (let axis = 0; axis < dimension; axis++) {
        const coordinate = random.normal() / Math.sqrt(dimension);
        for (let col = 0; col < ambient; col++)
          position[col] += coordinate * basis.data[axis * ambient + col];
      }
      if (noise > 0) for (let col = 0; col < ambient; col++) position[col] += noise * random.normal();
      features.data.set(position, point * ambient);
    }
  });
  for (let point = subspaces * points; point < total; point++) {
    const direction = Float64Array.from({ length: ambient }, () => random.normal());
    const norm = Math.hypot(...direction);
    features.data.set(
      direction.map((value) => value / norm),
      point * ambient,
    );
  }
  return { features, labels, bases };
}

/** Gram-Schmidt on Gaussian vectors, twice for accuracy. */
function randomBasis(dimension: number, ambient: number, random: Random): FeatureMatrix {
  const rows: Float64Array[] = [];
  while (rows.length < dimension) {
    const row = Float64Array.from({ length: ambient }, () => random.normal());
    for (let pass = 0; pass < 2; pass++) {
      for (const other of rows) {
        const along = other.reduce((sum, value, col) => sum + value * row[col], 0);
        for (let col = 0; col < ambient; col++) row[col] -= along * other[col];
      }
    }
    const norm = Math.hypot(...row);
    if (norm > 1e-6) rows.push(row.map((value) => value / norm));
  }
  return createFeatureMatrix(dimension, ambient, Float32Array.from(rows.flatMap((row) => [...row])));
}
