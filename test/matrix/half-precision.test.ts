import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  createFeatureMatrix,
  encodeSafetensors,
  fromHalfBits,
  halfBits,
  isHalfPrecise,
  parseSafetensors,
  roundedToHalf,
} from '../../src/matrix';

test('half precision has the bit patterns of IEEE 754', () => {
  // From the standard's binary16: Wikipedia's table "Half precision examples", and ties on both sides.
  const known: [number, number][] = [
    [0, 0x0000],
    [-0, 0x8000],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [3 * 2 ** -25, 0x0002],
    [0.000060975552, 0x03ff],
    [0.00006103515625, 0x0400],
    [0.33325195, 0x3555],
    [1, 0x3c00],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [1.00097656, 0x3c01],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519, 0x7bff],
  ];
  for (const [value, bits] of known) assert.equal(halfBits(Float32Array.of(value))[0], bits, String(value));
});

test('every half has its value, and is the nearest to itself', () => {
  const all = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits).filter(
    (bits) => (bits & 0x7c00) !== 0x7c00,
  );
  const values = fromHalfBits(all);
  // The definition: (-1)^s 2^(e - 15) (1 + f / 1024), without the leading one for e = 0.
  all.forEach((bits, at) => {
    const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
    const magnitude = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
    assert.ok(Object.is(values[at], bits & 0x8000 ? -magnitude : magnitude), bits.toString(16));
  });
  assert.deepEqual(halfBits(values), all);
  assert.ok(isHalfPrecise(values));
});

test('what infinities and NaN are in a file, they are in memory', () => {
  assert.deepEqual([...fromHalfBits(Uint16Array.of(0x7c00, 0xfc00, 0x7e00))], [Infinity, -Infinity, NaN]);
});

test('rounding goes to the nearest half', () => {
  fc.assert(
    fc.property(fc.float({ min: -65504, max: 65504, noNaN: true }), (value) => {
      const [bits] = halfBits(Float32Array.of(value));
      const [near] = fromHalfBits(Uint16Array.of(bits));
      const magnitude = bits & 0x7fff;
      for (const other of [magnitude - 1, magnitude + 1]) {
        if (other < 0 || other > 0x7bff) continue;
        const [apart] = fromHalfBits(Uint16Array.of(other));
        assert.ok(Math.abs(Math.abs(value) - Math.abs(near)) <= Math.abs(Math.abs(value) - apart));
      }
    }),
    { numRuns: 2000 },
  );
});

test('large matrices of ordinary magnitudes are rounded; small ones, and others, are not', () => {
  const matrix = (rows: number, scale: number) => {
    const made = createFeatureMatrix(rows, 1024);
    for (let at = 0; at < made.data.length; at++) made.data[at] = scale * Math.sin(at);
    return made;
  };
  const large = matrix(4096, 1);
  const rounded = roundedToHalf(large);
  assert.ok(isHalfPrecise(rounded.data) && !isHalfPrecise(large.data));
  large.data.forEach((value, at) => {
    const bound = Math.max(2 ** -11 * Math.abs(value), 2 ** -19);
    if (Math.abs(rounded.data[at] - value) > bound) assert.fail(`${value} became ${rounded.data[at]}`);
  });
  for (const kept of [matrix(4095, 1), matrix(4096, 1e6), matrix(4096, 1e-3)])
    assert.equal(roundedToHalf(kept), kept);
  assert.ok(!isHalfPrecise(Float32Array.of(65_520)) && !isHalfPrecise(Float32Array.of(Number.NaN)));
});

test('a file holds a tensor of half precision in half the bytes and gives it back exactly', () => {
  const data = fromHalfBits(Uint16Array.from({ length: 5000 }, (_, at) => at));
  const bytesOf = (dtype: 'F16' | 'F32') =>
    encodeSafetensors(
      new Map([
        ['a', { shape: [50, 100], data, dtype }],
        ['b', { shape: [3], data: Float32Array.of(1, 2, Math.PI) }],
      ]),
    );
  const half = bytesOf('F16');
  assert.equal(bytesOf('F32').length - half.length, 2 * data.length);
  const { tensors } = parseSafetensors(half);
  assert.deepEqual(tensors.get('a')!.data, data);
  assert.deepEqual(tensors.get('b')!.data, Float32Array.of(1, 2, Math.PI));
});
