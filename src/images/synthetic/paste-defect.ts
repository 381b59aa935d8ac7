import { createRandom, oneOf } from '../../base';
import { emptyMask } from '../mask';
import type { RgbImage } from '../rgb-image';
import { type DefectName, defectNames, defects } from './defects';
import type { SyntheticImage } from './draw-synthetic';
import { valueNoise } from './noise';

/** A kind of defect that is pasted: one of the synthetic set, or `blend`, another image's surface where noise is high. */
export type PastedName = DefectName | 'blend';

export const pastedNames: readonly PastedName[] = [...defectNames, 'blend'];

/** Sides of the windows that are damaged, as fractions of the image's shorter side; a defect takes about a third of its window. */
const [leastWindow, largestWindow] = [0.15, 1];
/** The least side of a window, in pixels. */
const leastPixels = 12;

/**
 * Damages a copy of a photo, anywhere in it: a square window of a random size, most of them small, gets one of the defects of the
 * synthetic set, or is blended with another photo where smooth noise is high.
 *
 * @param other the photo whose surface is blended, of any size
 * @returns the damaged photo and the exact mask of what was changed
 * @throws RangeError when the kind is unknown
 * @see Zavrtanik, Kristan, Skočaj, ICCV 2021 (DRÆM), and Li, Sohn, Yoon, Pfister, CVPR 2021 (CutPaste), for `blend` and `misplaced`
 * @example
 * ```ts
 * const [photo, other] = [0, 1].map((seed) => drawSynthetic('nut', { seed }).image);
 * const { image, mask } = pasteDefect(photo, 'blend', { other, seed: 3 });
 * [image.width, mask.data.includes(1)] // [128, true]
 * ```
 */
export function pasteDefect(
  photo: RgbImage,
  kind: PastedName,
  { other, seed }: { other: RgbImage; seed: number },
): SyntheticImage {
  oneOf({ defect: kind }, pastedNames);
  const random = createRandom(seed);
  const shorter = Math.min(photo.width, photo.height);
  const relative = leastWindow * (largestWindow / leastWindow) ** random.uniform();
  const side = Math.min(shorter, Math.max(leastPixels, Math.round(relative * shorter)));
  const place = {
    left: random.integer(photo.width - side + 1),
    top: random.integer(photo.height - side + 1),
  };
  const window = windowOf(photo, place, side);
  const middle = { x: side / 2, y: side / 2 };
  const { image, mask } =
    kind === 'blend'
      ? blended(window, windowOf(other, awayFrom(place, other, side), side), random)
      : defects[kind](window, middle, random);
  const whole = { image: { ...photo, data: photo.data.slice() }, mask: emptyMask(photo) };
  for (let y = 0; y < side; y++) {
    const at = (place.top + y) * photo.width + place.left;
    whole.image.data.set(image.data.subarray(3 * y * side, 3 * (y + 1) * side), 3 * at);
    whole.mask.data.set(mask.data.subarray(y * side, (y + 1) * side), at);
  }
  return whole;
}

interface Corner {
  left: number;
  top: number;
}

/** A square window of an image; what lies outside continues its border. */
function windowOf({ width, height, data }: RgbImage, { left, top }: Corner, side: number): RgbImage {
  const window = new Float32Array(3 * side * side);
  for (let y = 0; y < side; y++) {
    const row = Math.min(height - 1, top + y) * width;
    for (let x = 0; x < side; x++) {
      const from = 3 * (row + Math.min(width - 1, left + x));
      for (let channel = 0; channel < 3; channel++)
        window[3 * (y * side + x) + channel] = data[from + channel];
    }
  }
  return { width: side, height: side, data: window };
}

/** A corner half an image away. */
function awayFrom({ left, top }: Corner, { width, height }: RgbImage, side: number): Corner {
  const moved = (at: number, length: number) =>
    (at + Math.floor(length / 2)) % Math.max(1, length - side + 1);
  return { left: moved(left, width), top: moved(top, height) };
}

/** A window with another one's colours, half or wholly, where noise around its middle is high. */
function blended(window: RgbImage, other: RgbImage, random: ReturnType<typeof createRandom>): SyntheticImage {
  const side = window.width;
  const noise = valueNoise(side, side / 3, 2, random);
  const [opacity, shade] = [random.between(0.5, 1), random.between(-0.15, 0.15)];
  const image = { ...window, data: window.data.slice() };
  const mask = emptyMask(window);
  const middle = (side - 1) / 2;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const at = y * side + x;
      const distance = Math.hypot(x - middle, y - middle) / side;
      if (distance > 0.45 || noise[at] + 0.35 - 1.5 * distance < 0) continue;
      mask.data[at] = 1;
      for (let channel = 3 * at; channel < 3 * at + 3; channel++) {
        const colour = Math.min(1, Math.max(0, other.data[channel] + shade));
        image.data[channel] += opacity * (colour - window.data[channel]);
      }
    }
  }
  return { image, mask };
}
