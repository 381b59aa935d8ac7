import {
  array,
  type InferOutput,
  is,
  maxLength,
  minValue,
  number,
  object,
  picklist,
  pipe,
  record,
  safeInteger,
  strictTuple,
  string,
} from 'valibot';
import { parseAs, shown } from '../base';
import { fromHalfBits, halfBits } from './half-precision';

/** A dense tensor, row-major. */
export interface Tensor {
  shape: readonly number[];
  data: Float32Array;
  /** How a file holds the values; those of `F16` must be values that half precision has. Default `F32`. */
  dtype?: 'F32' | 'F16';
}

/** The tensors of a safetensors file, by name, and what identifies the file. */
export interface Weights {
  tensors: ReadonlyMap<string, Tensor>;
  /** Short texts of the header. */
  metadata: Readonly<Record<string, string>>;
  /** SHA-256 of the whole file, in hexadecimal; empty where it is not known. */
  sha256: string;
  /** Where they were read from. */
  source: string;
}

const bytesPerValue = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  U8: 1,
  I8: 1,
};
const dtypes = Object.keys(bytesPerValue) as (keyof typeof bytesPerValue)[];
const natural = pipe(number(), safeInteger(), minValue(0));
const entrySchema = object({
  dtype: picklist(dtypes),
  shape: pipe(array(natural), maxLength(16)),
  data_offsets: strictTuple([natural, natural]),
});
type TensorEntry = InferOutput<typeof entrySchema>;
const metadataSchema = record(string(), string());
const maximalHeaderBytes = 100_000_000;

/**
 * Reads the floating-point tensors of a safetensors file (F64, F32, F16 and BF16 become F32; integer tensors, such as
 * BatchNorm's `num_batches_tracked`, are passed over).
 *
 * @param bytes of the whole file
 * @param identity how errors name the bytes, and their SHA-256 where it is known
 * @throws Error naming the source and the tensor when the file is not whole, offsets leave the file or overlap, a dtype is
 *   unknown, or a value is NaN or infinite
 * @see https://huggingface.co/docs/safetensors for the layout
 */
export function parseSafetensors(
  bytes: Uint8Array,
  { source = 'safetensors data', sha256 = '' }: { source?: string; sha256?: string } = {},
): Weights {
  const fail = (what: string): never => {
    throw new Error(`${source}: ${what}; download or export the weights again`);
  };
  if (bytes.length < 8) fail(`${bytes.length} bytes, expected at least the 8 of the header's length`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = Number(view.getBigUint64(0, true));
  if (headerBytes > maximalHeaderBytes || 8 + headerBytes > bytes.length) {
    fail(
      `the header's length is ${headerBytes} in a file of ${bytes.length} bytes: truncated, or not a safetensors file`,
    );
  }
  const header = parseHeader(bytes.subarray(8, 8 + headerBytes), fail);
  const start = 8 + headerBytes;
  const { __metadata__: metadata = {}, ...rest } = header;
  const entries = Object.entries(rest).map(([name, entry]) => [name, entry] as [string, TensorEntry]);
  for (const entry of entries) entry[1] = checkEntry(...entry, bytes.length - start, fail);
  checkCoverage(entries, bytes.length - start, fail);

  const tensors = new Map<string, Tensor>();
  for (const [name, { dtype, shape, data_offsets }] of entries) {
    if (!/^B?F\d/.test(dtype)) continue;
    const data = decodeFloats(dtype, bytes.subarray(start + data_offsets[0], start + data_offsets[1]));
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) fail(`tensor ${shown(name)} holds ${data[bad]} at index ${bad}, expected finite weights`);
    tensors.set(name, { shape, data });
  }
  return {
    tensors,
    metadata,
    sha256,
    source,
  };
}

function parseHeader(
  bytes: Uint8Array,
  fail: (what: string) => never,
): { __metadata__?: Record<string, string> } & Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    return fail(`the header is not JSON (${shown((cause as Error).message)})`);
  }
  if (header === null || typeof header !== 'object' || Array.isArray(header))
    return fail('the header is not a JSON object');
  const { __metadata__: metadata } = header as { __metadata__?: unknown };
  if (metadata !== undefined && (Array.isArray(metadata) || !is(metadataSchema, metadata)))
    return fail('its metadata are not an object of texts');
  return header as ReturnType<typeof parseHeader>;
}

function checkEntry(
  name: string,
  given: unknown,
  payload: number,
  fail: (what: string) => never,
): TensorEntry {
  let entry: TensorEntry;
  try {
    entry = parseAs(entrySchema, given, `tensor ${shown(name)}`);
  } catch (error) {
    return fail((error as Error).message);
  }
  const { dtype, shape, data_offsets: offsets } = entry;
  if (offsets[1] > payload)
    fail(`tensor ${shown(name)} lies at ${JSON.stringify(offsets)} of ${payload} data bytes: truncated`);
  const expected = shape.reduce((product, size) => product * size, bytesPerValue[dtype]);
  if (offsets[1] - offsets[0] !== expected) {
    fail(
      `tensor ${shown(name)} spans ${offsets[1] - offsets[0]} bytes, expected ${expected} for ${dtype} [${shape}]`,
    );
  }
  return entry;
}

function checkCoverage(
  entries: [string, TensorEntry][],
  payload: number,
  fail: (what: string) => never,
): void {
  const spans = entries.map(([name, { data_offsets }]) => ({
    name,
    begin: data_offsets[0],
    end: data_offsets[1],
  }));
  spans.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let end = 0;
  for (const span of spans) {
    if (span.begin !== end) {
      fail(
        `tensor ${shown(span.name)} begins at byte ${span.begin}, expected ${end}: tensors overlap or leave a hole`,
      );
    }
    end = span.end;
  }
  if (end !== payload) fail(`the tensors end at byte ${end} of ${payload} data bytes`);
}

function decodeFloats(dtype: string, bytes: Uint8Array): Float32Array {
  const aligned = new Uint8Array(bytes);
  if (dtype === 'F32') return new Float32Array(aligned.buffer);
  if (dtype === 'F64') return Float32Array.from(new Float64Array(aligned.buffer));
  const words = new Uint16Array(aligned.buffer);
  if (dtype === 'BF16') return new Float32Array(Uint32Array.from(words, (word) => word << 16).buffer);
  return fromHalfBits(words);
}

/**
 * Tensors as the bytes of a safetensors file, each in its precision.
 *
 * @param metadata short texts that go into the header
 * @throws RangeError when a tensor's shape and data differ in size
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  const payloads: Uint8Array[] = [];
  for (const [name, { shape, data, dtype = 'F32' }] of tensors) {
    const size = shape.reduce((product, length) => product * length, 1);
    if (size !== data.length)
      throw new RangeError(`tensor ${name} has ${data.length} values; expected ${size} for [${shape}]`);
    const values = dtype === 'F16' ? halfBits(data) : data;
    payloads.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    header[name] = { dtype, shape, data_offsets: [end, end + values.byteLength] };
    end += values.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // The header is padded with spaces, so that the data begin at a multiple of 8 bytes.
  const bytes = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20);
  bytes.set(text);
  const file = new Uint8Array(8 + bytes.length + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(bytes.length), true);
  file.set(bytes, 8);
  let offset = 8 + bytes.length;
  for (const payload of payloads) {
    file.set(payload, offset);
    offset += payload.length;
  }
  return file;
}
