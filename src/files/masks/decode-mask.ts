import sharp, { type Metadata, type Sharp } from 'sharp';
import type { Framing, Mask } from '../../images';
import { decodingError, frame, openImage } from '../decode';
import { readWideSamples } from '../wide-samples';
import { lossinessOf } from './lossiness';
import { maskOfSamples, type MaskSamples } from './mask-of-samples';

/** A mask of a photo's ground truth as a file has it. */
interface DecodedMask {
  mask: Mask;
  /** Whether its file says by EXIF how it is turned, so that it lies as its photo is seen, not as it is stored. */
  isTurned: boolean;
  notices: string[];
}

/**
 * Decodes a ground-truth mask: anomalous where any colour channel is not black and the pixel is not transparent. If all pixels are
 * black, as with masks that are drawn in the alpha channel alone, it is anomalous where it is not transparent. Where no pixel is black,
 * the least value is nominal. A mask with soft edges is anomalous from half way between background and foreground on: one in a lossy
 * file (JPEG, lossy WebP, TIFF with JPEG inside), or one whose most frequent value but the background is bright and that has at least three
 * further ones, as masks have that were resized or compressed. A mask that marks most pixels and most of the border is inverted. It is
 * resized by nearest neighbour with the framing of its image.
 *
 * @param source a path, or the file's bytes; samples may have any type: 8 to 32 bits, signed, floating-point
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
  return frameMask((await decodeWholeMask(source)).mask, framing);
}

/** A mask at its own size, with what its user should know of it; `read` says which of its samples are marked. */
export async function decodeWholeMask(
  source: string | Uint8Array,
  read = maskOfSamples,
): Promise<DecodedMask> {
  const { name, bytes, pipeline, metadata, notices: faults } = await openImage(source);
  try {
    const samples = await maskSamplesOf(pipeline, metadata);
    const { data, notices } = read(samples, lossinessOf(bytes, metadata));
    const { width, height } = samples;
    return {
      mask: { width, height, data },
      isTurned: (metadata.orientation ?? 1) > 1,
      notices: [...faults, ...notices],
    };
  } catch (cause) {
    throw decodingError(name, cause);
  }
}

/** A mask brought to the size of a framing by nearest neighbour; without one it keeps its size. */
export async function frameMask(mask: Mask, framing?: Framing): Promise<Mask> {
  if (!framing) return mask;
  const { width, height, data } = mask;
  const whole = sharp(data, { raw: { width, height, channels: 1 } });
  const { data: bytes, info } = await frame(whole, framing, 'nearest', { width, height })
    .extractChannel(0)
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(bytes) };
}

async function maskSamplesOf(pipeline: Sharp, metadata: Metadata): Promise<MaskSamples> {
  const { depth } = metadata;
  if (depth !== 'uchar' && depth !== 'ushort') {
    const { width, height, channels, values } = await readWideSamples(pipeline, metadata);
    const odd = values.find((value) => !Number.isFinite(value));
    if (odd !== undefined) throw new Error(`it holds ${odd}; expected finite labels`);
    const opaque = new Uint8Array(width * height).fill(1);
    return { width, height, opaque, brightest: brightestOf(values, channels, channels) };
  }
  const { data, info } = await pipeline
    .autoOrient()
    .ensureAlpha()
    .toColourspace(depth === 'ushort' ? 'rgb16' : 'srgb')
    .raw({ depth })
    .toBuffer({ resolveWithObject: true });
  const values =
    depth === 'ushort'
      ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2)
      : Uint16Array.from(data);
  const { width, height, channels } = info;
  const opaque = new Uint8Array(width * height);
  for (let at = 0; at < opaque.length; at++) opaque[at] = values[at * channels + channels - 1] > 0 ? 1 : 0;
  return { width, height, opaque, brightest: brightestOf(values, channels, channels - 1) };
}

/** The largest of each pixel's first channels. */
function brightestOf<Values extends Uint16Array | Float64Array>(
  values: Values,
  channels: number,
  colours: number,
): Values {
  const brightest = values.slice(0, values.length / channels) as Values;
  for (let pixel = 0; pixel < brightest.length; pixel++) {
    const first = pixel * channels;
    brightest[pixel] = values[first];
    for (let at = first + 1; at < first + colours; at++)
      if (values[at] > brightest[pixel]) brightest[pixel] = values[at];
  }
  return brightest;
}
