import { instantiateSimd } from './simd';

/** Inverses that follow from the Cholesky factor of a symmetric positive definite matrix, `A = L L^T`. */
export interface CholeskyInverse {
  /** Lower triangular `L^-1`, `size * size` values, row-major. */
  inverseFactor: Float64Array;
  /** `A^-1`, symmetric. */
  inverse(): Float64Array;
}

/**
 * Inverts a symmetric positive definite matrix by its Cholesky factor, in double precision.
 *
 * @param matrix `size * size` values, row-major; only the lower triangle is read
 * @throws RangeError when the matrix is not positive definite, or does not fit into 4 GB
 */
export function choleskyInverse(matrix: Float64Array, size: number): CholeskyInverse {
  return factoriser(size)(matrix);
}

/**
 * Inverses of symmetric positive definite matrices of one size, one after the other.
 *
 * @param matrices `size * size` values each, row-major; only the lower triangle is read
 * @throws RangeError when a matrix is not positive definite
 */
export function* choleskyInverses(matrices: Iterable<Float64Array>, size: number): Generator<Float64Array> {
  const factorise = factoriser(size);
  for (const matrix of matrices) yield factorise(matrix).inverse();
}

/** Factorises matrices of one size in one memory: the inverse of a matrix is to be asked for before the next one comes. */
function factoriser(size: number): (matrix: Float64Array) => CholeskyInverse {
  const stride = Math.ceil(size / 2) * 2;
  const bytes = 8 * size * stride;
  const simd = instantiateSimd(3 * bytes + 64);
  const [matrixAt, factorAt, productAt] = [bytes, bytes, bytes].map(simd.allocate);
  const rowsAt = (at: number) => new Float64Array(simd.buffer, at, size * stride);
  const [padded, factor, product] = [matrixAt, factorAt, productAt].map(rowsAt);
  const unpadded = (source: Float64Array) => {
    const values = new Float64Array(size * size);
    for (let row = 0; row < size; row++) {
      values.set(source.subarray(row * stride, row * stride + row + 1), row * size);
    }
    return values;
  };
  return (matrix) => {
    for (let row = 0; row < size; row++)
      padded.set(matrix.subarray(row * size, (row + 1) * size), row * stride);
    const failed = simd.factorise(matrixAt, size, stride);
    if (failed >= 0)
      throw new RangeError(`the matrix is not positive definite at row ${failed}; regularize it more`);
    factor.fill(0);
    simd.invertLower(matrixAt, factorAt, size, stride);
    return {
      inverseFactor: unpadded(factor),
      inverse() {
        product.fill(0);
        simd.gramOfLower(factorAt, productAt, size, stride);
        const inverse = unpadded(product);
        for (let row = 0; row < size; row++) {
          for (let col = 0; col < row; col++) inverse[col * size + row] = inverse[row * size + col];
        }
        return inverse;
      },
    };
  };
}
