import { innerProduct } from './inner-product';

/**
 * Factorises a symmetric positive definite matrix, `A = L L^T`, in place: L is written to the lower triangle.
 *
 * @param matrix `[size, stride]` of f64; `stride` is even
 * @returns -1, or the first row that is not positive
 */
export function factorise(matrix: usize, size: i32, stride: i32): i32 {
  const step = (<usize>stride) << 3;
  for (let row = 0; row < size; row++) {
    const line = matrix + <usize>row * step;
    for (let col = 0; col <= row; col++) {
      const other = matrix + <usize>col * step;
      const at = line + ((<usize>col) << 3);
      const value = load<f64>(at) - innerProduct(line, other, col);
      if (col < row) store<f64>(at, value / load<f64>(other + ((<usize>col) << 3)));
      else if (value > 0) store<f64>(at, Math.sqrt(value));
      else return row;
    }
  }
  return -1;
}

/**
 * Inverts a lower triangular matrix.
 *
 * @param lower `[size, stride]`
 * @param inverse `[size, stride]`, zero; out: lower triangular
 */
export function invertLower(lower: usize, inverse: usize, size: i32, stride: i32): void {
  const step = (<usize>stride) << 3;
  for (let row = 0; row < size; row++) {
    const line = lower + <usize>row * step;
    const out = inverse + <usize>row * step;
    store<f64>(out + ((<usize>row) << 3), 1);
    for (let k = 0; k < row; k++) {
      subtract(out, inverse + <usize>k * step, load<f64>(line + ((<usize>k) << 3)), k + 1);
    }
    const pivot = load<f64>(line + ((<usize>row) << 3));
    for (let col = 0; col <= row; col++) {
      const at = out + ((<usize>col) << 3);
      store<f64>(at, load<f64>(at) / pivot);
    }
  }
}

/**
 * `M^T M` of a lower triangular M.
 *
 * @param product `[size, stride]`, zero; out: its lower triangle
 */
export function gramOfLower(lower: usize, product: usize, size: i32, stride: i32): void {
  const step = (<usize>stride) << 3;
  for (let first = 0; first < size; first += 4) {
    const last = min(first + 4, size);
    for (let k = first; k < size; k++) {
      const line = lower + <usize>k * step;
      for (let row = first; row < min(last, k + 1); row++) {
        subtract(product + <usize>row * step, line, -load<f64>(line + ((<usize>row) << 3)), row + 1);
      }
    }
  }
}

/** `target -= weight * source`, up to one value further than `count`. */
function subtract(target: usize, source: usize, weight: f64, count: i32): void {
  const weights = f64x2.splat(weight);
  const end = source + (((<usize>(count + 1)) & ~1) << 3);
  for (; source < end; source += 16, target += 16) {
    v128.store(target, f64x2.sub(v128.load(target), f64x2.mul(weights, v128.load(source))));
  }
}
