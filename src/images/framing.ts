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
   * `stretch`: both axes are scaled to `size`. `contain`: the image is scaled to fit into `size`, its aspect ratio changes by a
   * factor of 1.25 at most, and its border is continued. `crop`: the image is scaled to cover `size` enlarged by `resize`, then
   * the centre is kept. Default `stretch`.
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
export const largestFrame = 4096;

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
 * The largest factor by which `contain` changes an aspect ratio. On tiles of mixed shapes, of 1.1, 1.25, 1.5, 2 and any (stretching), this has the
 * best average precision: wide borders cost more than a mild distortion, and a strong distortion more than they.
 */
const largestBend = 1.25;

/**
 * Where an image lies in a frame that contains it: in the centre, as large as possible. Its aspect ratio comes nearer to the frame's
 * by a factor of 1.25 at most, so that an image of nearly the frame's shape fills it.
 *
 * @param own size of the image, in pixels
 * @param frame size of the frame, in pixels
 * @returns the rectangle that the image takes, in whole pixels of the frame
 * @example
 * ```ts
 * containedIn({ width: 100, height: 50 }, { width: 32, height: 32 }) // { left: 0, top: 6, width: 32, height: 20 }
 * ```
 */
export function containedIn(own: Size, frame: Size): Size & { left: number; top: number } {
  const bend = (frame.width * own.height) / (frame.height * own.width);
  const stretch = Math.min(largestBend, Math.max(1 / largestBend, bend));
  const scale = Math.min(frame.width / (own.width * stretch), frame.height / own.height);
  const width = Math.max(1, Math.round(own.width * stretch * scale));
  const height = Math.max(1, Math.round(own.height * scale));
  const [left, top] = [Math.floor((frame.width - width) / 2), Math.floor((frame.height - height) / 2)];
  return { left, top, width, height };
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
