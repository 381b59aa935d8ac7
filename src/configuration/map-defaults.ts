import type { BackboneName } from '../features';
import { type ImageSize, sidesOf } from '../images';

/** The side of a backbone's square maps, and their smoothing, where images are large enough. */
function fullMap(backbone: BackboneName): { side: number; sigma: number } {
  return backbone === 'scattering' ? { side: 128, sigma: 2 } : { side: 224, sigma: 4 };
}

/** The default of the anomaly maps' longer side: maps have the images' shape and the area of the backbone's, at most the images' size. */
export function usualMapSize(backbone: BackboneName, size: ImageSize | 'auto'): number {
  const { side } = fullMap(backbone);
  if (size === 'auto') return side;
  const { width, height } = sidesOf(size);
  const scale = Math.min(1, side / Math.sqrt(width * height));
  return Math.round(Math.max(width, height) * scale);
}

/** The default of the smoothing's standard deviation, in proportion to the side of a square of the maps' area. */
export function usualSigma(backbone: BackboneName, size: ImageSize | 'auto', mapSize: number): number {
  const full = fullMap(backbone);
  const { width, height } = sidesOf(size === 'auto' ? 1 : size);
  const squared = mapSize * Math.sqrt(Math.min(width, height) / Math.max(width, height));
  return (full.sigma * squared) / full.side;
}
