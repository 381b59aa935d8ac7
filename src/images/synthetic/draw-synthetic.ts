import { createRandom, integerIn, oneOf } from '../../base';
import { emptyMask, type Mask } from '../mask';
import type { RgbImage } from '../rgb-image';
import { type DefectName, defectNames, defects } from './defects';
import { type SurfaceName, surfaceNames, surfaces } from './surfaces';

/** One synthetic image and its exact mask. */
export interface SyntheticImage {
  image: RgbImage;
  mask: Mask;
}

/**
 * Draws one image of a synthetic category.
 *
 * @param surface `fabric`, `metal` or `wood` (textures), `nut` or `capsule` (objects)
 * @param options the kind of defect (default: none, a nominal image, whose mask is all zero), the seed (default 0; the same
 *   seed draws the same image) and the side in pixels (an integer in [32, 1024], default 128)
 * @returns the image, and the exact mask of the defect
 * @throws RangeError when a name is unknown or `size` is not an integer in [32, 1024]
 * @example
 * ```ts
 * const { image, mask } = drawSynthetic('nut', { defect: 'scratch', seed: 3 });
 * [image.width, mask.data.includes(1)] // [128, true]
 * ```
 */
export function drawSynthetic(
  surface: SurfaceName,
  { defect, seed = 0, size = 128 }: { defect?: DefectName; seed?: number; size?: number } = {},
): SyntheticImage {
  integerIn({ size }, [32, 1024]);
  oneOf({ surface }, surfaceNames);
  if (defect) oneOf({ defect }, defectNames);
  const random = createRandom(seed);
  const image = surfaces[surface](size, random);
  if (!defect) return { image, mask: emptyMask(image) };
  const isObject = surface === 'nut' || surface === 'capsule';
  const [near, far] = isObject ? [0.36, 0.64] : [0.22, 0.78];
  const place = { x: random.between(near, far) * size, y: random.between(near, far) * size };
  return defects[defect](image, place, random);
}
