import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseSafetensors } from '../../src/matrix';

/** A file of the given header and data. */
function file(header: unknown, data: Uint8Array = new Uint8Array()): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}
const entry = (dtype: string, shape: number[], begin: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});
const bytesOf = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

test('floats of every width are read; integers are passed over', () => {
  const data = new Uint8Array(8 + 8 + 4 + 4 + 8);
  data.set(bytesOf(Float32Array.of(1.5, -2)), 0);
  data.set(bytesOf(Float64Array.of(0.25)), 8);
  data.set(bytesOf(Uint16Array.of(0x3c00, 0xc100)), 16); // half: 1, -2.5
  data.set(bytesOf(Uint16Array.of(0x3f80, 0xc020)), 20); // bfloat16: 1, -2.5
  const { tensors } = parseSafetensors(
    file(
      {
        __metadata__: { source: 'a test' },
        a: entry('F32', [2], 0, 8),
        b: entry('F64', [1], 8, 16),
        c: entry('F16', [2, 1], 16, 20),
        d: entry('BF16', [2], 20, 24),
        n: entry('I64', [], 24, 32),
      },
      data,
    ),
  );
  assert.deepEqual([...tensors.keys()], ['a', 'b', 'c', 'd']);
  assert.deepEqual(Array.from(tensors.get('a')!.data), [1.5, -2]);
  assert.deepEqual(Array.from(tensors.get('b')!.data), [0.25]);
  assert.deepEqual(Array.from(tensors.get('c')!.data), [1, -2.5]);
  assert.deepEqual(tensors.get('c')!.shape, [2, 1]);
  assert.deepEqual(Array.from(tensors.get('d')!.data), [1, -2.5]);
});

test('a truncated or inconsistent file is rejected with the reason', () => {
  const good = file({ a: entry('F32', [2], 0, 8) }, bytesOf(Float32Array.of(1, 2)));
  const huge = good.slice();
  new DataView(huge.buffer).setBigUint64(0, 2n ** 62n, true);
  const cases: [Uint8Array, RegExp][] = [
    [good.subarray(0, 4), /4 bytes, expected at least the 8/],
    [good.subarray(0, 20), /truncated, or not a safetensors file/],
    [good.subarray(0, good.length - 4), /tensor a lies at \[0,8\] of 4 data bytes: truncated/],
    [huge, /the header's length is/],
    [file('{'), /the header is not JSON/],
    [file('[]'), /the header is not a JSON object/],
    [file({ a: null }), /tensor a is null; expected Object/],
    [file({ a: entry('F7', [1], 0, 4) }, new Uint8Array(4)), /tensor a\.dtype is F7; expected/],
    [file({ a: entry('F32', [3], 0, 8) }, new Uint8Array(8)), /tensor a spans 8 bytes, expected 12/],
    [file({ a: entry('F32', [-1], 0, 4) }, new Uint8Array(4)), /tensor a\.shape\.0 is -1; expected >=0/],
    [
      file({ a: entry('F32', [1], 0, 4), b: entry('F32', [1], 0, 4) }, new Uint8Array(4)),
      /tensors overlap or leave a hole/,
    ],
    [file({ a: entry('F32', [1], 4, 8) }, new Uint8Array(8)), /tensors overlap or leave a hole/],
    [file({ a: entry('F32', [1], 0, 4) }, new Uint8Array(8)), /end at byte 4 of 8/],
    [
      file({ a: entry('F32', [1], 0, 4) }, bytesOf(Float32Array.of(Number.NaN))),
      /tensor a holds NaN at index 0/,
    ],
  ];
  for (const [bytes, reason] of cases)
    assert.throws(() => parseSafetensors(bytes, { source: 'w.safetensors' }), reason);
});

test('damaged bytes are read, or rejected with an error that names the file', () => {
  const good = file({ a: entry('F32', [2], 0, 8), b: entry('BF16', [2], 8, 12) }, new Uint8Array(12));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      (changes) => {
        const bytes = good.slice();
        for (const [place, value] of changes) bytes[place] = value;
        try {
          parseSafetensors(bytes, { source: 'w.safetensors' });
        } catch (error) {
          assert.match((error as Error).message, /^w\.safetensors: /);
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test('types, shapes, names and metadata of a header are checked, and errors stay short', () => {
  const file = (header: string) => {
    const text = Buffer.from(header);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    return Buffer.concat([length, text, Buffer.alloc(4)]);
  };
  const entry = (changes: object) =>
    file(JSON.stringify({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4], ...changes } }));
  assert.equal(parseSafetensors(entry({})).tensors.get('a')!.data.length, 1);
  const deep = file(
    `{"a":{"dtype":"F32","shape":${'['.repeat(5000)}${']'.repeat(5000)},"data_offsets":[0,4]}}`,
  );
  for (const [bytes, message] of [
    [entry({ dtype: ['F32'] }), /tensor a\.dtype is \["F32"\]; expected/],
    [deep, /tensor a\.shape/],
    [entry({ shape: Array(17).fill(1) }), /tensor a\.shape is .*; expected <=16/],
    [file(JSON.stringify({ ['x'.repeat(1e6)]: 7 })), /tensor x+… \(1000000 characters\) is 7/],
    [file('{"__metadata__":["a"]}'), /its metadata are not an object of texts/],
  ] as const) {
    assert.throws(
      () => parseSafetensors(bytes),
      (error: Error) => message.test(error.message) && error.message.length < 600,
    );
  }
});
