import { integerIn, oneOf } from '../base';

/** How images of any size become images of one size. */
export interface Framing {
  /** Side of the square result, in pixels. Default 224. */
  size?: number;
  /**
   * `stretch`: both axes are scaled to `size`. `crop`: the shorter side is scaled to `resize`, then the centre
   * `size x size` is kept. Default `stretch`.
   */
  fit?: Fit;
  /** With `crop`: the shorter side before cropping, at least `size`. Default `size`. */
  resize?: number;
}

/** How an image that is not square becomes square. */
export type Fit = 'stretch' | 'crop';

export const fits: readonly Fit[] = ['stretch', 'crop'];

/** The longest side of an image that is decoded, in pixels. */
export const largestSide = 16384;

/**
 * Checks a framing before work starts.
 *
 * @returns the framing with its defaults
 * @throws RangeError when `size` is not an integer in [1, 4096], or `resize` is less than `size`
 */
export function checkFraming({ size = 224, fit = 'stretch', resize = size }: Framing): Required<Framing> {
  integerIn({ 'image size': size }, [1, 4096]);
  oneOf({ fit }, fits);
  integerIn({ resize }, [size, largestSide], `at least the image size`);
  return { size, fit, resize };
}
