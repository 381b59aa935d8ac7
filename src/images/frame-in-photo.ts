import { checkFraming, containedIn, type Framing, type Size } from './framing';

/** A rectangle in an image's pixels: its upper left corner, from the image's, and its size. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * The rectangle of a photo that a framed image shows, in the photo's pixels: the whole photo with `stretch`, a part of it with `crop`,
 * and more than the photo with `contain`, which continues its border.
 *
 * @param framing of the image
 * @param photo size of the photo, upright
 * @throws RangeError when a side is not an integer in [1, 4096], or `resize` is less than the shorter side
 * @example
 * ```ts
 * const { y, height } = frameInPhoto({ size: 64, fit: 'contain' }, { width: 200, height: 100 });
 * [y, height] // [-30, 160]
 * ```
 */
export function frameInPhoto(framing: Framing, photo: Size): Box {
  const { width, height, fit, resize } = checkFraming(framing);
  if (fit === 'stretch') return { x: 0, y: 0, width: photo.width, height: photo.height };
  if (fit === 'contain') {
    const { left, top, ...scaled } = containedIn(photo, { width, height });
    return boxOf({ x: -left, y: -top, width, height }, scaled, photo);
  }
  const scale = resize / Math.min(width, height);
  const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
  const scaled = scaledSize(photo, Math.max(wide / photo.width, high / photo.height));
  const left = Math.floor((scaled.width - wide + 1) / 2) + Math.floor((wide - width) / 2);
  const top = Math.floor((scaled.height - high + 1) / 2) + Math.floor((high - height) / 2);
  return boxOf({ x: left, y: top, width, height }, scaled, photo);
}

function scaledSize({ width, height }: Size, scale: number): Size {
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** A box of a scaled photo in the pixels of the photo. */
function boxOf({ x, y, width, height }: Box, scaled: Size, photo: Size): Box {
  const [across, down] = [photo.width / scaled.width, photo.height / scaled.height];
  // Adding 0 makes -0 to 0.
  return { x: x * across + 0, y: y * down + 0, width: width * across, height: height * down };
}
