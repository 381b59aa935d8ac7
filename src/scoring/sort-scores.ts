/**
 * Sorts scores in decreasing order together with a tag each (radix sort on the bits of the floats).
 *
 * @param scores finite values; -0 and 0 are equal
 * @returns new arrays
 */
export function sortScores(
  scores: Float32Array,
  tags: Uint32Array,
): { scores: Float32Array; tags: Uint32Array } {
  const count = scores.length;
  let keys = new Uint32Array(count);
  const bits = new Uint32Array(scores.buffer, scores.byteOffset, count);
  for (let index = 0; index < count; index++) {
    const value = bits[index] === 0x80000000 ? 0 : bits[index];
    keys[index] = value & 0x80000000 ? value : ~value & 0x7fffffff;
  }
  let own = tags.slice();
  let otherKeys = new Uint32Array(count);
  let otherTags = new Uint32Array(count);
  for (const shift of [0, 11, 22]) {
    const starts = new Uint32Array(2049);
    for (let index = 0; index < count; index++) starts[((keys[index] >>> shift) & 2047) + 1]++;
    for (let digit = 0; digit < 2048; digit++) starts[digit + 1] += starts[digit];
    for (let index = 0; index < count; index++) {
      const place = starts[(keys[index] >>> shift) & 2047]++;
      otherKeys[place] = keys[index];
      otherTags[place] = own[index];
    }
    [keys, otherKeys] = [otherKeys, keys];
    [own, otherTags] = [otherTags, own];
  }
  for (let index = 0; index < count; index++) {
    const key = keys[index];
    keys[index] = key & 0x80000000 ? key : ~key & 0x7fffffff;
  }
  return { scores: new Float32Array(keys.buffer), tags: own };
}
