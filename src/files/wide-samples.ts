import type { Metadata, Sharp } from 'sharp';
import type { ValueRange } from '../images';

/** Samples of an image as its file holds them, interleaved. */
interface WideSamples {
  width: number;
  height: number;
  channels: number;
  values: Uint16Array | Float64Array;
}

/** The least value that samples of 16 unsigned bits must reach to be taken for samples of the full range: more than 14 bits. */
const leastOfFullRange = 16384;
/** White of samples with 16 unsigned bits. */
const fullRange = 65535;

/** Whether samples have more than 8 unsigned bits. */
export function isWide({ depth }: Metadata): boolean {
  return depth !== 'uchar';
}

/**
 * The samples of an image with more than 8 bits, turned as EXIF says, without alpha, at the image's size.
 *
 * @throws Error when its colours are not grey or RGB, unless it has 16 unsigned bits
 */
export async function readWideSamples(pipeline: Sharp, { depth, space }: Metadata): Promise<WideSamples> {
  const turned = pipeline.autoOrient().removeAlpha();
  if (depth === 'ushort') {
    const { data, info } = await turned
      .toColourspace('rgb16')
      .raw({ depth })
      .toBuffer({ resolveWithObject: true });
    return { ...info, values: new Uint16Array(data.buffer, data.byteOffset, data.length / 2) };
  }
  if (!['b-w', 'grey16', 'srgb', 'scrgb', 'rgb'].includes(space))
    throw new Error(`its colours are of the kind ${space}: save it as grey or RGB`);
  // A value that passes as grey of 16 bits is cut to unsigned samples at the end: signed ones are moved up before.
  const shift = space === 'grey16' ? 32768 : 0;
  const { data, info } = await (shift > 0 ? turned.linear(1, shift) : turned)
    .toColourspace(space)
    .raw({ depth: 'double' })
    .toBuffer({ resolveWithObject: true });
  const values = new Float64Array(data.buffer, data.byteOffset, data.length / 8);
  for (let at = 0; shift > 0 && at < values.length; at++) values[at] -= shift;
  return { ...info, values };
}

/** The largest of the samples. */
export function largestOf({ values }: Pick<WideSamples, 'values'>): number {
  let largest = -Infinity;
  for (const value of values) if (value > largest) largest = value;
  return largest;
}

/** Samples scaled to 16 unsigned bits, and what was cut off. */
interface Scaled {
  data: Uint16Array;
  /** Says that samples lay beyond black or white; undefined where none did. */
  notice?: string;
}

/**
 * Samples scaled so that black becomes 0 and white 65535; those beyond are cut.
 *
 * @throws Error when nothing says which value is white, or a sample is not finite
 */
export function scaleToRange(
  { values }: Pick<WideSamples, 'values'>,
  type: string,
  { black = 0, white = assumedWhite(values, type) }: ValueRange,
): Scaled {
  if (values instanceof Uint16Array && black === 0 && white === fullRange) return { data: values };
  const data = new Uint16Array(values.length);
  const scale = fullRange / (white - black);
  let [below, above] = [0, 0];
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (!Number.isFinite(value)) throw new Error(`it holds ${value}; expected finite samples`);
    if (value < black) below++;
    else if (value > white) above++;
    data[at] = Math.round(Math.min(fullRange, Math.max(0, (value - black) * scale)));
  }
  const cut = [below > 0 && `below black, ${black}`, above > 0 && `above white, ${white}`].filter(Boolean);
  return { data, notice: cut.length > 0 ? `samples lie ${cut.join(', and ')}: they are cut` : undefined };
}

/** White of an image of which only its samples are known. */
function assumedWhite(values: Uint16Array | Float64Array, type: string): number {
  const hint = 'say it with --white (in code: white)';
  if (!(values instanceof Uint16Array))
    throw new Error(`its samples are of type ${type}, of which nothing says which value is white: ${hint}`);
  const largest = largestOf({ values });
  if (largest > 0 && largest < leastOfFullRange)
    throw new Error(
      `its 16-bit samples reach ${largest} only, as cameras of 10, 12 and 14 bits write them, and nothing says which value is white: ${hint}`,
    );
  return fullRange;
}
