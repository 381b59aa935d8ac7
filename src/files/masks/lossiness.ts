import type { Metadata } from 'sharp';
import type { Lossiness } from './mask-of-samples';

/** Compressions of TIFF that change values: JPEG, both ways of storing it, JPEG 2000 and WebP. */
const lossyTiff = new Set([6, 7, 34712, 50001]);

/** Whether an image file's compression changes values. */
export function lossinessOf(bytes: Uint8Array, { format }: Metadata): Lossiness {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (format === 'jpeg' || (format === 'webp' && isLossyWebp(view))) return 'lossy';
  if (format === 'tiff' && lossyTiff.has(tiffCompression(view) ?? 1)) return 'lossy';
  return format === 'heif' ? 'perhaps' : 'lossless';
}

/** Whether a WebP file holds a lossy picture: a chunk named `VP8 `, where a lossless one is `VP8L`. */
function isLossyWebp(view: DataView): boolean {
  for (let at = 12; at + 8 <= view.byteLength;) {
    const name = view.getUint32(at);
    if (name === 0x56503820) return true;
    const size = view.getUint32(at + 4, true);
    at += 8 + size + (size % 2);
  }
  return false;
}

const compressionTag = 259;

/** The compression of a TIFF file's first image; undefined where its directory has none, or lies outside of the file. */
function tiffCompression(view: DataView): number | undefined {
  const isLittle = view.getUint16(0) === 0x4949;
  const isBig = view.getUint16(2, isLittle) === 43;
  const [countBytes, entryBytes, valueAt] = isBig ? [8, 20, 12] : [2, 12, 8];
  const long = (at: number) => Number(view.getBigUint64(at, isLittle));
  try {
    const start = isBig ? long(8) : view.getUint32(4, isLittle);
    const count = isBig ? long(start) : view.getUint16(start, isLittle);
    for (let entry = 0; entry < count; entry++) {
      const at = start + countBytes + entry * entryBytes;
      if (view.getUint16(at, isLittle) === compressionTag) return view.getUint16(at + valueAt, isLittle);
    }
  } catch (error) {
    // A place outside of the file: the decoder tells what is wrong with it.
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
}
