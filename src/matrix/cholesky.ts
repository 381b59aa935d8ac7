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
  const stride = Math.ceil(size / 2) * 2;
  const bytes = 8 * size * stride;
  const simd = instantiateSimd(3 * bytes + 64);
  const [matrixAt, factorAt, productAt] = [bytes, bytes, bytes].map(simd.allocate);
  const rowsAt = (at: number) => new Float64Array(simd.buffer, at, size * stride);
  const padded = rowsAt(matrixAt);
  for (let row = 0; row < size; row++)
    padded.set(matrix.subarray(row * size, (row + 1) * size), row * stride);
  const failed = simd.factorise(matrixAt, size, stride);
  if (failed >= 0) {
    throw new RangeError(`the matrix is not positive definite at row ${failed}; regularize it more`);
  }
  simd.invertLower(matrixAt, factorAt, size, stride);
  const unpadded = (at: number) => {
    const values = new Float64Array(size * size);
    const source = rowsAt(at);
    for (let row = 0; row < size; row++) {
      values.set(source.subarray(row * stride, row * stride + row + 1), row * size);
    }
    return values;
  };
  return {
    inverseFactor: unpadded(factorAt),
    inverse() {
      simd.gramOfLower(factorAt, productAt, size, stride);
      const inverse = unpadded(productAt);
      for (let row = 0; row < size; row++) {
        for (let col = 0; col < row; col++) inverse[col * size + row] = inverse[row * size + col];
      }
      return inverse;
    },
  };
}
