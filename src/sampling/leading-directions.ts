import { Matrix, QrDecomposition } from 'ml-matrix';
import { createRandom } from '../base';
import { createFeatureMatrix, type FeatureMatrix, multiply, transpose } from '../matrix';

const iterations = 3;

/**
 * Orthonormal directions in which features are about largest, by subspace iteration on a random start (Halko, Martinsson,
 * Tropp, SIAM Review 2011, algorithm 4.4).
 *
 * @param features `[n, d]`
 * @param count of directions, less than d
 * @returns `[d, count]`
 */
export async function leadingDirections(features: FeatureMatrix, count: number): Promise<FeatureMatrix> {
  const random = createRandom(0);
  const transposed = transpose(features);
  let directions = createFeatureMatrix(features.cols, count);
  directions.data.forEach((_, index) => {
    directions.data[index] = random.normal();
  });
  for (let iteration = 0; iteration < iterations; iteration++) {
    directions = orthonormal(await multiply(transposed, await multiply(features, directions)));
  }
  return directions;
}

function orthonormal({ rows, cols, data }: FeatureMatrix): FeatureMatrix {
  const basis = new QrDecomposition(Matrix.from1DArray(rows, cols, data)).orthogonalMatrix;
  return createFeatureMatrix(rows, cols, Float32Array.from(basis.to1DArray()));
}
