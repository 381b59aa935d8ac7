import { createFeatureMatrix, type FeatureMatrix } from './feature-matrix';
import { largestMagnitude } from './ordinary-scale';

/** Half precision has 10 bits after the leading one down to 2⁻¹⁴, and steps of 2⁻²⁴ below. */
const [leastNormal, step] = [2 ** -14, 2 ** -24];
/** Where the largest magnitude lies between these, what half precision loses of any value is at most 2⁻¹⁹ of it or 2⁻¹¹ of the value. */
const [leastLargest, largestHalf] = [2 ** -6, 2 ** 15];
/** Matrices of fewer bytes in single precision are left as they are. */
const smallBytes = 2 ** 24;

/**
 * The bits of values in half precision (IEEE 754 binary16), each rounded to the nearest, ties to even.
 *
 * @param values whose magnitudes are below 65,520, so that none overflows
 */
export function halfBits(values: Float32Array): Uint16Array {
  const single = new Float32Array(1);
  const bits = new Uint32Array(single.buffer);
  const halves = new Uint16Array(values.length);
  for (let at = 0; at < values.length; at++) {
    single[0] = values[at];
    const [sign, magnitude] = [(bits[0] >>> 16) & 0x8000, bits[0] & 0x7fffffff];
    if (Math.abs(values[at]) < leastNormal) {
      // Above 2²³ single precision holds integers only: the addition rounds to even.
      halves[at] = sign | (Math.fround(Math.abs(values[at]) / step + 2 ** 23) - 2 ** 23);
    } else {
      const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
      halves[at] = sign | ((rounded >>> 13) - (112 << 10));
    }
  }
  return halves;
}

/** The values of {@link halfBits}. */
export function fromHalfBits(halves: Uint16Array): Float32Array {
  const values = new Float32Array(halves.length);
  const bits = new Uint32Array(values.buffer);
  for (let at = 0; at < halves.length; at++) {
    const half = halves[at];
    const sign = (half & 0x8000) << 16;
    const exponent = (half >>> 10) & 0x1f;
    if (exponent === 0) values[at] = (sign ? -step : step) * (half & 0x3ff);
    else if (exponent === 31) bits[at] = sign | 0x7f800000 | ((half & 0x3ff) << 13);
    else bits[at] = sign | (((half & 0x7fff) << 13) + (112 << 23));
  }
  return values;
}

/**
 * A large matrix with its values rounded to half precision, so that a file can hold it in half the bytes; the matrix itself where it is
 * small, or its magnitudes are not those that half precision is made for.
 *
 * @returns values that differ from those given by at most 2⁻¹¹ of themselves or 2⁻¹⁹ of the largest
 */
export function roundedToHalf(matrix: FeatureMatrix): FeatureMatrix {
  const largest = largestMagnitude(matrix);
  if (matrix.data.byteLength < smallBytes || !(largest >= leastLargest && largest <= largestHalf))
    return matrix;
  return createFeatureMatrix(matrix.rows, matrix.cols, fromHalfBits(halfBits(matrix.data)));
}

/** Whether half precision holds every value exactly. */
export function isHalfPrecise(values: Float32Array): boolean {
  const chunk = 65_536;
  for (let start = 0; start < values.length; start += chunk) {
    const part = values.subarray(start, start + chunk);
    if (!part.every((value) => Math.abs(value) < 65_520)) return false;
    const rounded = fromHalfBits(halfBits(part));
    if (!part.every((value, at) => Object.is(value, rounded[at]))) return false;
  }
  return true;
}
