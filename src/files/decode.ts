import sharp, { type Channels, type Metadata, type Sharp } from 'sharp';
import {
  checkFraming,
  containedIn,
  type Framing,
  largestSide,
  type RgbImage,
  type Size,
  type SourceSamples,
  type ValueRange,
} from '../images';
import { decodeBmp } from './decode-bmp';
import { assertDecoded, formatReason, refusedFormat } from './known-formats';
import { openWithFaults } from './open-with-faults';
import { readRegularFile } from './read-regular-file';
import { isWide, largestOf, readWideSamples, scaleToRange } from './wide-samples';

const largestPixelCount = 128 * 1024 * 1024;
const readOptions = { failOn: 'warning', limitInputPixels: largestPixelCount } as const;

/** The formats that are decoded, among those that sharp reads from a file's content, whatever the file's name. */
const formats = new Set<string>(['png', 'jpeg', 'tiff', 'webp', 'gif', 'heif']);

/** An image and what its user should know of its decoding. */
interface DecodedImage {
  image: RgbImage;
  notices: string[];
}

/**
 * Decodes an image file (PNG, JPEG, TIFF, WebP, GIF, AVIF or BMP; grey, colour, CMYK, palette, 8 or 16 bit, in TIFF also signed, 32-bit
 * and floating-point samples) to RGB in [0, 1]. Alpha is dropped, EXIF orientation is applied, and of an animation the first
 * frame is taken. Samples of more than 8 bits are scaled from black to white before they are resampled, and cut beyond. Without a
 * white value those of 16 unsigned bits must reach more than 14 bits, and all others are refused: cameras of 12 bits write 4095 as white.
 *
 * @param source a path, or the file's bytes
 * @param framing brings the image to one size; without it the image keeps its size
 * @param range the values that become 0 and 1, for images of more than 8 bits
 * @returns RGB in [0, 1]
 * @example
 * ```ts
 * const png = await encodePng(drawSynthetic('nut', { size: 64 }).image);
 * const { width, height } = await decodeImage(png, { size: 32 });
 * [width, height] // [32, 32]
 * ```
 * @throws Error naming the file when it is unreadable, corrupt, truncated, of an unknown format or over 16384 pixels a side, or when
 *   nothing says which value is white
 */
export async function decodeImage(
  source: string | Uint8Array,
  framing?: Framing,
  range?: ValueRange,
): Promise<RgbImage> {
  return (await decodeWithNotices(source, framing, range)).image;
}

/** {@link decodeImage} with what the image's user should know. */
export async function decodeWithNotices(
  source: string | Uint8Array,
  framing?: Framing,
  range: ValueRange = {},
): Promise<DecodedImage> {
  const { name, pipeline, metadata, notices } = await openImage(source);
  try {
    if (!isWide(metadata)) {
      const framed = frame(pipeline.autoOrient(), framing, 'cubic', metadata.autoOrient);
      return { image: await rgbOf(framed.removeAlpha(), 'uchar'), notices };
    }
    const samples = await readWideSamples(pipeline, metadata);
    const { data, notice } = scaleToRange(samples, metadata.depth!, range);
    const { width, height, channels } = samples;
    const scaled = sharp(data, { raw: { width, height, channels: channels as Channels } });
    const framed = frame(scaled, framing, 'cubic', { width, height });
    return {
      image: await rgbOf(framed, 'ushort'),
      notices: notice === undefined ? notices : [...notices, notice],
    };
  } catch (cause) {
    throw decodingError(name, cause);
  }
}

/** Samples of 8 or 16 bits as RGB in [0, 1]. */
async function rgbOf(pipeline: Sharp, depth: 'uchar' | 'ushort'): Promise<RgbImage> {
  const { data: bytes, info } = await pipeline
    .toColourspace(depth === 'ushort' ? 'rgb16' : 'srgb')
    .raw({ depth })
    .toBuffer({ resolveWithObject: true });
  const isDeep = depth === 'ushort';
  const values = isDeep ? new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2) : bytes;
  const scale = 1 / (isDeep ? 65535 : 255);
  const data = new Float32Array(info.width * info.height * 3);
  // Grey has one channel, colour three.
  const [green, blue] = info.channels < 3 ? [0, 0] : [1, 2];
  for (let at = 0, from = 0; at < data.length; at += 3, from += info.channels) {
    data[at] = values[from] * scale;
    data[at + 1] = values[from + green] * scale;
    data[at + 2] = values[from + blue] * scale;
  }
  return { width: info.width, height: info.height, data };
}

/**
 * The samples that an image file holds: their type, read from its header, and the largest of them.
 *
 * @throws Error as {@link decodeImage} does
 */
export async function sourceSamples(path: string): Promise<SourceSamples> {
  // Reads the header alone; it does not know all formats.
  const header = await sharp(path, readOptions)
    .metadata()
    .catch(() => undefined);
  const largest = async () => {
    const { pipeline, metadata } = await openImage(path);
    try {
      return largestOf(await readWideSamples(pipeline, metadata));
    } catch (cause) {
      throw decodingError(path, cause);
    }
  };
  return { type: header?.depth ?? (await openImage(path)).metadata.depth!, largest };
}

/** How an image lies in its file, and how EXIF turns it. */
export interface ImageLayout {
  stored: Size;
  /** The size as it is decoded. */
  turned: Size;
  /** 1 to 8, as EXIF numbers them. */
  orientation: number;
}

/** How an image file's image lies, from its header. */
export async function imageLayout(source: string): Promise<ImageLayout> {
  const { metadata } = await openImage(source);
  const { width, height, orientation = 1, autoOrient } = metadata;
  return { stored: { width, height }, turned: autoOrient, orientation };
}

/** Brings an image to a framing's size; `contain` adds the image's border, or black for a mask. */
export function frame(
  pipeline: Sharp,
  framing: Framing | undefined,
  kernel: 'cubic' | 'nearest',
  own: { width: number; height: number },
): Sharp {
  if (!framing) return pipeline;
  const { width, height, fit, resize } = checkFraming(framing);
  if (fit === 'stretch') return pipeline.resize(width, height, { fit: 'fill', kernel });
  if (fit === 'crop') {
    const scale = resize / Math.min(width, height);
    const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
    const [left, top] = [Math.floor((wide - width) / 2), Math.floor((high - height) / 2)];
    const covered = pipeline.resize(wide, high, { fit: 'cover', position: 'centre', kernel });
    return covered.extract({ left, top, width, height });
  }
  const content = containedIn(own, { width, height });
  const { left, top } = content;
  const edges = { left, top, right: width - content.width - left, bottom: height - content.height - top };
  const extendWith = kernel === 'nearest' ? 'background' : 'copy';
  return pipeline
    .resize(content.width, content.height, { fit: 'fill', kernel })
    .extend({ ...edges, extendWith, background: 'black' });
}

/** Width and height of an image file as it will be decoded, read from its header. */
export async function imageSize(source: string | Uint8Array): Promise<{ width: number; height: number }> {
  const { metadata } = await openImage(source);
  return metadata.autoOrient;
}

/** Opens an image file of a known format; nothing but its header is read. */
export async function openImage(
  source: string | Uint8Array,
): Promise<{ name: string; bytes: Uint8Array; pipeline: Sharp; metadata: Metadata; notices: string[] }> {
  const name = typeof source === 'string' ? source : 'image data';
  let bytes: Uint8Array;
  try {
    bytes = typeof source === 'string' ? await readRegularFile(source) : source;
  } catch (cause) {
    throw new Error(`cannot read image ${name}: ${(cause as Error).message}`, { cause });
  }
  if (bytes.length === 0) throw new Error(`cannot decode image ${name}: the file is empty`);
  try {
    const isBmp = bytes[0] === 0x42 && bytes[1] === 0x4d;
    assertDecoded(bytes);
    const { pipeline, metadata, notices } = isBmp
      ? await openBmp(bytes)
      : await openWithFaults(bytes, readOptions);
    if (!isBmp && !formats.has(metadata.format)) throw new Error(refusedFormat(metadata.format));
    if (Math.max(metadata.width, metadata.height) > largestSide) {
      throw new Error(
        `it is ${metadata.width}x${metadata.height}, over ${largestSide} pixels a side: scale it down first`,
      );
    }
    const { pages = 1 } = metadata;
    if (pages > 1) notices.push('it holds several pages or frames, of which the first is read');
    return { name, bytes, pipeline, metadata, notices };
  } catch (cause) {
    throw decodingError(name, cause);
  }
}

async function openBmp(bytes: Uint8Array) {
  const { data, width, height } = decodeBmp(bytes, largestPixelCount);
  const pipeline = sharp(data, { raw: { width, height, channels: 3 } });
  return { pipeline, metadata: await pipeline.metadata(), notices: [] };
}

/** The error for an image file that cannot be decoded. */
export function decodingError(name: string, cause: unknown): Error {
  const reason = formatReason((cause as Error).message.split('\n')[0]);
  return new Error(`cannot decode image ${name}: ${reason}; replace the file or leave it out`, { cause });
}
