/**
 * The matrix, `[newLength, length]`, that reduces an axis of `length` pixels to fewer: each new pixel is a mean of the old ones around its
 * centre, weighed by a triangle that reaches one new pixel to both sides, and cut off at the border. Rows add up to 1.
 *
 * @see Pillow's `Image.resize` with `BILINEAR`, which reduces alike
 */
export function reductionMatrix(length: number, newLength: number): Float32Array {
  const factor = length / newLength;
  const matrix = new Float32Array(newLength * length);
  for (let at = 0; at < newLength; at++) {
    const centre = (at + 0.5) * factor;
    const row = Float64Array.from({ length }, (_, pixel) =>
      Math.max(0, 1 - Math.abs(pixel + 0.5 - centre) / factor),
    );
    const sum = row.reduce((total, weight) => total + weight, 0);
    for (let pixel = 0; pixel < length; pixel++) matrix[at * length + pixel] = row[pixel] / sum;
  }
  return matrix;
}
