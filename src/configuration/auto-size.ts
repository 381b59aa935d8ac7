import type { BackboneName } from '../features';
import type { Size } from '../images';
import type { Configuration } from './configuration';

/** The longest side, in pixels. */
const longest = 4096;
/** How far the area may be from the backbone's, as a fraction of it. */
const areaTolerance = 0.05;

/** Sides of squares that have the usual area of a backbone's images; those not listed, the ResNets, have 384. The one for DINOv2 was not measured. */
const sides: Partial<Record<BackboneName, number>> = {
  scattering: 128,
  efficientnet_lite0: 320,
  efficientnet_lite2: 320,
  dinov2_small: 392,
};

/** The side of the square that has the usual area of a backbone's images. */
export function usualSide(backbone: BackboneName): number {
  return sides[backbone] ?? 384;
}

/**
 * A size of the shape of nominal images: sides that the strides of the backbone's levels divide, at least 16 (14 for DINOv2), and the
 * aspect ratio nearest to theirs among the areas that differ by 5 % at most from that of the square of the given side.
 *
 * @param shape of the nominal images, in any unit
 * @example
 * ```ts
 * const { width, height } = autoSize({ width: 1101, height: 448 }, configure());
 * [width, height] // [512, 208]
 * ```
 */
export function autoSize(
  { width, height }: Size,
  { backbone, levels, side }: Pick<Configuration, 'backbone' | 'levels' | 'side'>,
): Size {
  const step = backbone === 'dinov2_small' ? 14 : Math.max(16, 2 ** (Math.max(...levels) + 1));
  const ratio = width / height;
  const multiples = Array.from({ length: Math.floor(longest / step) }, (_, index) => (index + 1) * step);
  let best: { size: Size; excess: number; distortion: number } | undefined;
  for (const wide of multiples) {
    for (const high of multiples) {
      const excess = Math.max(0, Math.abs((wide * high) / side ** 2 - 1) - areaTolerance);
      const distortion = Math.abs(Math.log(wide / high / ratio));
      const isBetter =
        !best || excess < best.excess || (excess === best.excess && distortion < best.distortion);
      if (isBetter) best = { size: { width: wide, height: high }, excess, distortion };
    }
  }
  return best!.size;
}
