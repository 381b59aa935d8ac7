import {
  choleskyInverse,
  createFeatureMatrix,
  type FeatureMatrix,
  innerProducts,
  innerProductsInDouble,
  squaredRowNorms,
  transpose,
} from '../../matrix';
import { type RidgeOptions, ridgeWeight } from '../../subspace';

/**
 * The linear map from a feature to its ridge reconstruction, `x ↦ Xᵀ (X Xᵀ + w I)⁻¹ X x`, as a product that single precision holds
 * well: no factor has a singular value above 1.
 */
type Projection =
  /** `E` of `[atoms, d]` with `x̂ = Eᵀ E x`, where `E = L⁻¹ X` and `L Lᵀ = X Xᵀ + w I`. */
  | { factor: FeatureMatrix }
  /** `M` of `[d, d]` with `x̂ = M x`, where there are more atoms than dimensions. */
  | { whole: FeatureMatrix };

/** Weights below so many mean squared norms need inner products in double precision. */
const leastSingleWeight = 1e-3;

/**
 * The projection of ridge regression on the rows of a dictionary.
 *
 * @param dictionary `[atoms, d]`
 */
export async function ridgeProjection(dictionary: FeatureMatrix, options: RidgeOptions): Promise<Projection> {
  const { rows, cols } = dictionary;
  const meanSquare = squaredRowNorms(dictionary).reduce((sum, value) => sum + value, 0) / rows;
  const weight = ridgeWeight(rows, meanSquare, options);
  const isFactor = rows <= cols;
  const vectors = isFactor ? dictionary : transpose(dictionary);
  const products = weight < leastSingleWeight * meanSquare ? innerProductsInDouble : innerProducts;
  const regularized = Float64Array.from(await products(vectors, vectors));
  const size = vectors.rows;
  for (let at = 0; at < size; at++) regularized[at * (size + 1)] += weight;
  const inverse = choleskyInverse(regularized, size);
  if (isFactor) return { factor: lowerTimes(inverse.inverseFactor, dictionary) };
  const whole = createFeatureMatrix(size, size);
  inverse.inverse().forEach((value, at) => (whole.data[at] = -weight * value));
  for (let at = 0; at < size; at++) whole.data[at * (size + 1)] += 1;
  return { whole };
}

/** A lower triangular matrix times the rows of another, summed in double precision. */
function lowerTimes(lower: Float64Array, { rows, cols, data }: FeatureMatrix): FeatureMatrix {
  const product = createFeatureMatrix(rows, cols);
  const sum = new Float64Array(cols);
  for (let row = 0; row < rows; row++) {
    sum.fill(0);
    for (let other = 0; other <= row; other++) {
      const factor = lower[row * rows + other];
      for (let col = 0, at = other * cols; col < cols; col++) sum[col] += factor * data[at++];
    }
    product.data.set(sum, row * cols);
  }
  return product;
}
