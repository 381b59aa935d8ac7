import { averageBoxes, enlargeAxis, reduceAxis } from './resample-axis';
import { checkFraming, containedIn, type Framing, type Size } from './framing';
import type { Mask } from './mask';
import type { RgbImage } from './rgb-image';
import { toBytes } from './to-bytes';

/** A decoded image as bytes: RGB, interleaved, row-major. */
export interface ByteImage extends Size {
  /** `height * width * 3` values. */
  data: Uint8Array;
}

/** An image of the framing's size; masks are framed alike, see {@link frameMask}. */
export function frameImage(image: ByteImage, framing: Framing): RgbImage {
  const { scaled, left, top, width, height, shrink } = placeOf(image, framing);
  const whole = resize(image, scaled, shrink);
  const data = new Float32Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const row = clamp(y + top, scaled.height) * scaled.width;
    for (let x = 0; x < width; x++) {
      const from = 3 * (row + clamp(x + left, scaled.width));
      const to = 3 * (y * width + x);
      for (let channel = 0; channel < 3; channel++) data[to + channel] = whole[from + channel] / 255;
    }
  }
  return { width, height, data };
}

/** A mask of the framing's size by nearest neighbour; where the image's border is continued, nominal or as the border is. */
export function frameMask(mask: Mask, framing: Framing, { isContinued = false } = {}): Mask {
  const { scaled, left, top, width, height } = placeOf(mask, framing);
  const data = new Uint8Array(width * height);
  const nearest = (at: number, from: number, to: number) => Math.floor(((at + 0.5) * from) / to);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [column, row] = [clamp(x + left, scaled.width), clamp(y + top, scaled.height)];
      if (!isContinued && (column !== x + left || row !== y + top)) continue;
      const from = nearest(row, mask.height, scaled.height) * mask.width;
      data[y * width + x] = mask.data[from + nearest(column, mask.width, scaled.width)];
    }
  }
  return { width, height, data };
}

/** An image at half, a quarter or an eighth of its size: about what sharp lets a JPEG decoder do before an image is scaled. */
export function halve(image: ByteImage, times: number): ByteImage {
  const { width, height, data } = image;
  if (times === 0) return image;
  const box = 2 ** times;
  const size = { width: Math.floor(width / box), height: Math.floor(height / box) };
  const rows = averageBoxes(data, { outer: 1, along: height, inner: width * 3 }, box, size.height);
  const axis = { outer: size.height, along: width, inner: 3 };
  return { ...size, data: averageBoxes(rows, axis, box, size.width) };
}

/** How often sharp lets a JPEG decoder halve an image that is to be framed. */
export function halvingsFor(image: Size, framing: Framing): number {
  const { scaled } = placeOf(image, framing);
  const factor = Math.min(image.width / scaled.width, image.height / scaled.height);
  const most = factor >= 8 ? 3 : factor >= 4 ? 2 : factor >= 2 ? 1 : 0;
  // A factor that is hardly more than the power of two is left to the next smaller one, as libjpeg rounds the size.
  return most > 0 && Math.floor(factor) === 2 ** most ? most - 1 : most;
}

/** The size that an image is scaled to, and where the frame lies in it. */
function placeOf(
  image: Size,
  framing: Framing,
): { scaled: Size; left: number; top: number; width: number; height: number; shrink?: number } {
  const { width, height, fit, resize: shorter } = checkFraming(framing);
  if (fit === 'stretch') return { scaled: { width, height }, left: 0, top: 0, width, height };
  if (fit === 'contain') {
    const { left, top, ...scaled } = containedIn(image, { width, height });
    return { scaled, left: -left, top: -top, width, height };
  }
  const grown = scaledBy({ width, height }, shorter / Math.min(width, height));
  const shrink = Math.min(image.width / grown.width, image.height / grown.height);
  const scaled = scaledBy(image, 1 / shrink);
  const left = ((scaled.width - grown.width + 1) >> 1) + Math.floor((grown.width - width) / 2);
  const top = ((scaled.height - grown.height + 1) >> 1) + Math.floor((grown.height - height) / 2);
  return { scaled, left, top, width, height, shrink };
}

function scaledBy({ width, height }: Size, scale: number): Size {
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Reduces what is too large, then enlarges what is too small; both axes move where one is enlarged. */
function resize(image: ByteImage, to: Size, shrink?: number): Uint8Array {
  const width = Math.min(to.width, image.width);
  const height = Math.min(to.height, image.height);
  const rows = reduceAxis(
    image.data,
    { outer: 1, along: image.height, inner: image.width * 3 },
    height,
    shrink,
  );
  const reduced = reduceAxis(rows, { outer: height, along: image.width, inner: 3 }, width, shrink);
  if (width === to.width && height === to.height) return reduced;
  const tall = enlargeAxis(reduced, { outer: 1, along: height, inner: width * 3 }, to.height);
  return enlargeAxis(tall, { outer: to.height, along: width, inner: 3 }, to.width);
}

function clamp(at: number, length: number): number {
  return Math.min(length - 1, Math.max(0, at));
}

/** An image as bytes; values outside [0, 1] are clamped. */
export function byteImageOf({ width, height, data }: RgbImage): ByteImage {
  return { width, height, data: toBytes(data) };
}
