import { readFile } from 'node:fs/promises';
import sharp, { type Metadata, type OutputInfo, type Sharp } from 'sharp';
import { checkFraming, containedIn, type Framing, largestSide, type Mask, type RgbImage } from '../images';
import { decodeBmp } from './decode-bmp';

const largestPixelCount = 128 * 1024 * 1024;

/** The formats that are decoded, among those that sharp reads from a file's content, whatever the file's name. */
const formats = new Set<string>(['png', 'jpeg', 'tiff', 'webp', 'gif', 'heif']);

/**
 * Decodes an image file (PNG, JPEG, TIFF, WebP, GIF, AVIF or BMP; grey, colour, CMYK, palette, 8 or 16 bit) to RGB in
 * [0, 1]. Alpha is dropped, EXIF orientation is applied, and of an animation the first frame is taken. Samples whose
 * white value is unknown are refused: floating-point, signed and 32-bit samples, and 16-bit samples below 4096, as 12-bit cameras write.
 *
 * @param source a path, or the file's bytes
 * @param framing brings the image to one size; without it the image keeps its size
 * @returns RGB in [0, 1]
 * @example
 * ```ts
 * const png = await encodePng(drawSynthetic('nut', { size: 64 }).image);
 * const { width, height } = await decodeImage(png, { size: 32 });
 * [width, height] // [32, 32]
 * ```
 * @throws Error naming the file when it is unreadable, corrupt, truncated, of an unknown format or over 16384 pixels a side
 */
export async function decodeImage(source: string | Uint8Array, framing?: Framing): Promise<RgbImage> {
  const { name, pipeline, metadata } = await openImage(source);
  const wide = isWide(name, metadata);
  const framed = frame(pipeline.autoOrient(), framing, 'cubic', metadata.autoOrient);
  try {
    const { values, info } = await samplesOf(framed.removeAlpha(), wide);
    if (wide) checkRange(values);
    const scale = 1 / (wide ? 65535 : 255);
    const data = new Float32Array(info.width * info.height * 3);
    // Grey has one channel, colour three.
    const [green, blue] = info.channels < 3 ? [0, 0] : [1, 2];
    for (let at = 0, from = 0; at < data.length; at += 3, from += info.channels) {
      data[at] = values[from] * scale;
      data[at + 1] = values[from + green] * scale;
      data[at + 2] = values[from + blue] * scale;
    }
    return { width: info.width, height: info.height, data };
  } catch (cause) {
    throw decodingError(name, cause);
  }
}

/**
 * Decodes a ground-truth mask: anomalous where any colour channel is not 0 and the pixel is not transparent. If all pixels are
 * black, as with masks that are drawn in the alpha channel alone, it is anomalous where it is not transparent. A mask with soft
 * edges is anomalous where a channel has at least half of white: one in JPEG or lossy WebP, or one whose most frequent value but black is white
 * and that has at least three further ones, as masks have that were resized or compressed. It is resized by nearest neighbour
 * with the framing of its image.
 *
 * @param source a path, or the file's bytes
 * @returns 1 where anomalous
 * @example
 * ```ts
 * const [nut] = await openDatasets('synthetic', { categories: ['nut'] });
 * const { maskPath } = nut.samples.find(({ defect }) => defect === 'hole')!;
 * (await decodeMask(maskPath!)).data.includes(1) // true
 * ```
 * @throws Error as {@link decodeImage} does
 */
export async function decodeMask(source: string | Uint8Array, framing?: Framing): Promise<Mask> {
  const { name, pipeline, metadata, isLossy } = await openImage(source);
  const wide = isWide(name, metadata);
  try {
    const { values, info } = await samplesOf(pipeline.autoOrient().ensureAlpha(), wide);
    const { width, height, channels } = info;
    const data = maskOf(values, channels, { white: wide ? 65535 : 255, isLossy });
    const whole = sharp(data, { raw: { width, height, channels: 1 } });
    const framed = frame(whole, framing, 'nearest', { width, height });
    const { data: bytes, info: size } = await framed
      .extractChannel(0)
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { width: size.width, height: size.height, data: new Uint8Array(bytes) };
  } catch (cause) {
    throw decodingError(name, cause);
  }
}

/** RGB samples of 8 or, when `wide`, 16 bits. */
async function samplesOf(
  pipeline: Sharp,
  wide: boolean,
): Promise<{ values: Uint8Array | Uint16Array; info: OutputInfo }> {
  const { data: bytes, info } = await pipeline
    .toColourspace(wide ? 'rgb16' : 'srgb')
    .raw({ depth: wide ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const values = wide ? new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2) : bytes;
  return { values, info };
}

/** 1 where a colour counts and alpha, the last channel, is not 0; where all colours are 0, by alpha alone. */
function maskOf(
  values: Uint8Array | Uint16Array,
  channels: number,
  { white, isLossy }: { white: number; isLossy: boolean },
): Uint8Array {
  const pixels = values.length / channels;
  const opaque = new Uint8Array(pixels);
  const brightest = new Uint16Array(pixels);
  for (let pixel = 0, at = 0; pixel < pixels; pixel++, at += channels) {
    opaque[pixel] = values[at + channels - 1] > 0 ? 1 : 0;
    for (let channel = 0; channel < channels - 1; channel++)
      if (values[at + channel] > brightest[pixel]) brightest[pixel] = values[at + channel];
  }
  if (opaque.includes(0) && brightest.every((value) => value === 0)) return opaque;
  const least = isLossy || isSoft(brightest, white) ? (white + 1) / 2 : 1;
  return opaque.map((isOpaque, pixel) => (isOpaque && brightest[pixel] >= least ? 1 : 0));
}

/** Values beside black and white from which on they are a mask's edges, not its labels. */
const softValues = 3;

/** Whether white is the most frequent value but black, and several others lie between. */
function isSoft(values: Uint16Array, white: number): boolean {
  const counts = new Map<number, number>();
  for (const value of values) if (value > 0) counts.set(value, (counts.get(value) ?? 0) + 1);
  const ofWhite = counts.get(white) ?? 0;
  return counts.size > softValues && [...counts.values()].every((count) => count <= ofWhite);
}

/** Whether samples have 16 bits rather than 8; refuses those whose white nothing says. */
function isWide(name: string, { depth }: Metadata): boolean {
  if (depth === 'uchar') return false;
  if (depth === 'ushort') return true;
  const reason = `its samples are of type ${depth}, of which nothing says which value is white: save it with 8 or 16 unsigned bits`;
  throw decodingError(name, new Error(reason));
}

/** Refuses 16-bit samples that leave their four upper bits empty. */
function checkRange(values: Uint8Array | Uint16Array): void {
  let largest = 0;
  for (const value of values) if (value > largest) largest = value;
  if (largest > 0 && largest < 4096)
    throw new Error(
      `its 16-bit samples reach ${largest} only, as 12-bit cameras write them: scale them to the full range`,
    );
}

/** Width and height of an image file as it will be decoded, read from its header. */
export async function imageSize(source: string | Uint8Array): Promise<{ width: number; height: number }> {
  const { metadata } = await openImage(source);
  return metadata.autoOrient;
}

/** Brings an image to a framing's size; `contain` adds the image's border, or black for a mask. */
function frame(
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

async function openImage(
  source: string | Uint8Array,
): Promise<{ name: string; pipeline: Sharp; metadata: Metadata; isLossy: boolean }> {
  const name = typeof source === 'string' ? source : 'image data';
  let bytes: Uint8Array;
  try {
    bytes = typeof source === 'string' ? await readFile(source) : source;
  } catch (cause) {
    throw new Error(`cannot read image ${name}: ${(cause as Error).message}`, { cause });
  }
  if (bytes.length === 0) throw new Error(`cannot decode image ${name}: the file is empty`);
  try {
    const options = { failOn: 'warning', limitInputPixels: largestPixelCount } as const;
    const isBmp = bytes[0] === 0x42 && bytes[1] === 0x4d;
    const pipeline = isBmp ? openBmp(bytes) : sharp(bytes, options);
    const metadata = await pipeline.metadata();
    if (!isBmp && !formats.has(metadata.format)) {
      throw new Error(`its format is ${metadata.format}; expected one of ${[...formats].join(', ')} or bmp`);
    }
    if (Math.max(metadata.width, metadata.height) > largestSide) {
      throw new Error(
        `it is ${metadata.width}x${metadata.height}, over ${largestSide} pixels a side: scale it down first`,
      );
    }
    const isLossy = metadata.format === 'jpeg' || (metadata.format === 'webp' && isLossyWebp(bytes));
    return { name, pipeline, metadata, isLossy };
  } catch (cause) {
    throw decodingError(name, cause);
  }
}

/** Whether a WebP file holds a lossy picture: a chunk named `VP8 `, where a lossless one is `VP8L`. */
function isLossyWebp(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = view.getUint32(at);
    if (name === 0x56503820) return true;
    const size = view.getUint32(at + 4, true);
    at += 8 + size + (size % 2);
  }
  return false;
}

function openBmp(bytes: Uint8Array): Sharp {
  const { data, width, height } = decodeBmp(bytes, largestPixelCount);
  return sharp(data, { raw: { width, height, channels: 3 } });
}

function decodingError(name: string, cause: unknown): Error {
  const reason = (cause as Error).message.split('\n')[0];
  return new Error(`cannot decode image ${name}: ${reason}; replace the file or leave it out`, { cause });
}
