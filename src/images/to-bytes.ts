/** Values as bytes, 0 at `low` and 255 at `high`; values outside are clamped. */
export function toBytes(
  values: Float32Array,
  [low, high]: readonly [number, number] = [0, 1],
): Uint8Array<ArrayBuffer> {
  // A loop: with a function, `from` goes through an iterator, which takes thirty times as long.
  const bytes = new Uint8ClampedArray(values.length);
  for (let at = 0; at < values.length; at++) bytes[at] = (255 * (values[at] - low)) / (high - low);
  return new Uint8Array(bytes.buffer);
}
