import type { Plane } from '../images';
import { writeFileAtomically } from './write-file-atomically';

const headerBytes = 8;
const entryBytes = 12;
/** Types of a field's values, with the number of bytes that one takes. */
const [short, long] = [3, 4];

/**
 * Encodes a plane as a grey TIFF of 32-bit floats, uncompressed: what Pillow, tifffile, OpenCV and most programs for machine vision
 * read with its values as they are.
 *
 * @see TIFF 6.0, sections 2 and 3; section 19 for the sample format
 * @example
 * ```ts
 * const bytes = encodeFloatTiff(createPlane({ width: 2, height: 1 }, Float32Array.of(-1, 0.5)));
 * new DataView(bytes.buffer).getFloat32(bytes.length - 4, true) // 0.5
 * ```
 */
export function encodeFloatTiff({ width, height, data }: Plane): Uint8Array {
  const fields = (start: number): [tag: number, type: number, value: number][] => [
    [256, long, width],
    [257, long, height],
    [258, short, 32],
    // No compression, black is the least value, one strip.
    [259, short, 1],
    [262, short, 1],
    [273, long, start],
    [277, short, 1],
    [278, long, height],
    [279, long, 4 * data.length],
    // Floating point.
    [339, short, 3],
  ];
  const start = headerBytes + 2 + entryBytes * fields(0).length + 4;
  const bytes = new Uint8Array(start + 4 * data.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 42, 0, headerBytes]);
  const entries = fields(start);
  view.setUint16(headerBytes, entries.length, true);
  for (const [index, [tag, type, value]] of entries.entries()) {
    const at = headerBytes + 2 + entryBytes * index;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, 1, true);
    view.setUint32(at + 8, value, true);
  }
  for (let at = 0; at < data.length; at++) view.setFloat32(start + 4 * at, data[at], true);
  return bytes;
}

/**
 * Writes a plane as a TIFF of 32-bit floats, see {@link encodeFloatTiff}, whole or not at all; missing folders are made.
 *
 * @throws Error naming the path when it cannot be written
 */
export async function writeFloatTiff(path: string, plane: Plane): Promise<void> {
  await writeFileAtomically(path, encodeFloatTiff(plane));
}
