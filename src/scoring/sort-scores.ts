const digits = [
  { shift: 0, mask: 2047 },
  { shift: 11, mask: 2047 },
  { shift: 22, mask: 1023 },
];

/**
 * Sorts scores in decreasing order, in place, together with a tag each where there are tags (radix sort on the bits of the
 * floats).
 *
 * @param scores finite values; -0 becomes 0
 */
export function sortScores(scores: Float32Array, tags?: Uint32Array): void {
  const count = scores.length;
  const bits = new Uint32Array(scores.buffer, scores.byteOffset, count);
  const starts = digits.map(({ mask }) => new Uint32Array(mask + 2));
  const [low, middle, high] = starts;
  for (let index = 0; index < count; index++) {
    const value = bits[index] === 0x80000000 ? 0 : bits[index];
    const key = value & 0x80000000 ? value : ~value & 0x7fffffff;
    bits[index] = key;
    low[(key & 2047) + 1]++;
    middle[((key >>> 11) & 2047) + 1]++;
    high[(key >>> 22) + 1]++;
  }
  let keys: Uint32Array = bits;
  let otherKeys: Uint32Array = new Uint32Array(count);
  let own = tags;
  let otherTags: Uint32Array | undefined = tags && new Uint32Array(count);
  digits.forEach(({ shift, mask }, pass) => {
    const places = starts[pass];
    for (let digit = 0; digit <= mask; digit++) places[digit + 1] += places[digit];
    if (own && otherTags) {
      for (let index = 0; index < count; index++) {
        const place = places[(keys[index] >>> shift) & mask]++;
        otherKeys[place] = keys[index];
        otherTags[place] = own[index];
      }
    } else {
      for (let index = 0; index < count; index++) {
        otherKeys[places[(keys[index] >>> shift) & mask]++] = keys[index];
      }
    }
    [keys, otherKeys] = [otherKeys, keys];
    [own, otherTags] = [otherTags, own];
  });
  for (let index = 0; index < count; index++) {
    const key = keys[index];
    bits[index] = key & 0x80000000 ? key : ~key & 0x7fffffff;
  }
  if (own) tags!.set(own);
}
