import { integerIn, oneOf } from '../base';

/** Width and height in pixels. */
export interface Size {
  width: number;
  height: number;
}

/** A size in pixels; a number is the side of a square. */
export type ImageSize = number | Readonly<Size>;

/** How images of any size become images of one size. */
export interface Framing {
  /** Size of the result. Default 224. */
  size?: ImageSize;
  /**
   * `stretch`: both axes are scaled to `size`. `contain`: the image is scaled to fit into `size`, its aspect ratio is kept, and its
   * border is continued. `crop`: the image is scaled to cover `size` enlarged by `resize`, then the centre is kept. Default
   * `stretch`.
   */
  fit?: Fit;
  /** With `crop`: the shorter side before cropping, at least that of `size`. Default: that of `size`. */
  resize?: number;
}

/** How an image of another aspect ratio is framed. */
export type Fit = 'stretch' | 'contain' | 'crop';

export const fits: readonly Fit[] = ['stretch', 'contain', 'crop'];

/** The longest side of an image that is decoded, in pixels. */
export const largestSide = 16384;
/** The longest side of an image that is framed, in pixels. */
const largestFrame = 4096;

/** A size with its sides. */
export function sidesOf(size: ImageSize): Size {
  return typeof size === 'number'
    ? { width: size, height: size }
    : { width: size.width, height: size.height };
}

/** A size scaled so that its longer side has so many pixels. */
export function scaledTo({ width, height }: Size, longer: number): Size {
  const scale = longer / Math.max(width, height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * Checks a framing before work starts.
 *
 * @returns the framing with its defaults
 * @throws RangeError when a side is not an integer in [1, 4096], or `resize` is less than the shorter side
 */
export function checkFraming({
  size = 224,
  fit = 'stretch',
  resize,
}: Framing): Size & { fit: Fit; resize: number } {
  const { width, height } = sidesOf(size);
  integerIn({ [typeof size === 'number' ? 'image size' : 'image width']: width }, [1, largestFrame]);
  integerIn({ 'image height': height }, [1, largestFrame]);
  oneOf({ fit }, fits);
  const shorter = Math.min(width, height);
  if (resize !== undefined) integerIn({ resize }, [shorter, largestSide], 'at least the image size');
  return { width, height, fit, resize: resize ?? shorter };
}
