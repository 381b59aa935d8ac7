/** Bytes in rows of equal steps: `outer` blocks of `along` steps of `inner` values. */
interface Axis {
  outer: number;
  along: number;
  inner: number;
}

/** Steps between two pixels for which weights are computed. */
const fractions = 64;
/** Weights are integers, and this is 1. */
const unit = 4096;
/** An axis is averaged in whole boxes until no more than this factor remains. */
const gap = 2;

/**
 * Reduces one axis of bytes by cubic (Catmull-Rom) convolution as libvips does, which sharp runs: a reduction by more than 2 averages
 * boxes of pixels first, the kernel widens with the factor that remains, positions are rounded to 64ths of a pixel and weights to
 * 4096ths towards zero, and the border is continued.
 *
 * @param data `outer * along * inner` bytes
 * @param length steps of the result along the axis, at most `along`
 * @param shrink steps of the data per step of the result; where it is not their ratio, the ends are cut off alike
 * @returns `outer * length * inner` bytes
 * @see libvips, `vips_reduce` with `VIPS_KERNEL_CUBIC`
 */
export function reduceAxis(
  data: Uint8Array,
  axis: Axis,
  length: number,
  shrink = axis.along / length,
): Uint8Array {
  if (length === axis.along && shrink === 1) return data;
  const boxes = Math.max(1, Math.floor(axis.along / length / gap));
  const factor = shrink / boxes;
  const first = factor / 2 - (length * shrink - axis.along) / boxes / 2;
  const [averaged, along] =
    boxes === 1 ? [data, axis.along] : [averageBoxes(data, axis, boxes), Math.ceil(axis.along / boxes)];
  return factor === 1 ? averaged : convolve(averaged, { ...axis, along }, { length, factor, first });
}

/**
 * Enlarges one axis of bytes, or keeps its length, as libvips does: the centre of the result's first pixel lies on the border, so that the
 * image moves by half a pixel.
 *
 * @param length steps of the result along the axis, at least `along`
 * @see libvips, `vips_affine` as `vips_resize` calls it
 */
export function enlargeAxis(data: Uint8Array, axis: Axis, length: number): Uint8Array {
  return convolve(data, axis, { length, factor: axis.along / length, first: 0 });
}

/**
 * The means of boxes of so many steps, rounded.
 *
 * @param length boxes; the last step is repeated where the last box is not full
 */
export function averageBoxes(
  data: Uint8Array,
  { outer, along, inner }: Axis,
  box: number,
  length = Math.ceil(along / box),
): Uint8Array {
  const means = new Uint8Array(outer * length * inner);
  const sums = new Uint32Array(inner);
  const half = box >> 1;
  for (let block = 0; block < outer; block++) {
    for (let at = 0; at < length; at++) {
      sums.fill(half);
      for (let step = 0; step < box; step++) {
        const from = (block * along + Math.min(along - 1, at * box + step)) * inner;
        for (let value = 0; value < inner; value++) sums[value] += data[from + value];
      }
      const to = (block * length + at) * inner;
      for (let value = 0; value < inner; value++) means[to + value] = sums[value] / box;
    }
  }
  return means;
}

function convolve(
  data: Uint8Array,
  { outer, along, inner }: Axis,
  { length, factor, first }: { length: number; factor: number; first: number },
): Uint8Array {
  const width = Math.max(1, factor);
  const taps = 2 * Math.round(2 * width) + 1;
  const known = new Map<number, Int32Array>();
  const result = new Uint8ClampedArray(outer * length * inner);
  const sums = new Int32Array(inner);
  for (let at = 0; at < length; at++) {
    const place = first + at * factor;
    const whole = Math.floor(place);
    const fraction = ((Math.floor(place * fractions * 2) & (fractions * 2 - 1)) + 1) >> 1;
    const weights = known.get(fraction) ?? weightsAt(fraction / fractions, taps, width);
    known.set(fraction, weights);
    const start = whole - (taps - 1) / 2;
    for (let block = 0; block < outer; block++) {
      sums.fill(unit / 2);
      for (let tap = 0; tap < taps; tap++) {
        const step = Math.min(along - 1, Math.max(0, start + tap));
        const from = (block * along + step) * inner;
        const weight = weights[tap];
        for (let value = 0; value < inner; value++) sums[value] += weight * data[from + value];
      }
      const to = (block * length + at) * inner;
      for (let value = 0; value < inner; value++) result[to + value] = sums[value] >> 12;
    }
  }
  return new Uint8Array(result.buffer);
}

/** Weights of the pixels around a place, in `unit`ths; `fraction` of a pixel lies between it and the middle pixel's edge. */
function weightsAt(fraction: number, taps: number, width: number): Int32Array {
  const exact = Float64Array.from({ length: taps }, (_, tap) =>
    catmullRom((tap - (fraction + taps / 2 - 1)) / width),
  );
  const sum = exact.reduce((total, weight) => total + weight, 0);
  return Int32Array.from(exact, (weight) => (weight / sum) * unit);
}

function catmullRom(x: number): number {
  const distance = Math.abs(x);
  if (distance <= 1) return (1.5 * distance - 2.5) * distance * distance + 1;
  return distance < 2 ? ((-0.5 * distance + 2.5) * distance - 4) * distance + 2 : 0;
}
