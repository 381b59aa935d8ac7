import type { BackboneName } from '../features';
import { type ImageSize, sidesOf } from '../images';

/** The longer side of a backbone's maps, and their smoothing, where images are large enough. */
function fullMap(backbone: BackboneName): { mapSize: number; sigma: number } {
  return backbone === 'scattering' ? { mapSize: 128, sigma: 2 } : { mapSize: 224, sigma: 4 };
}

/** The default of the anomaly maps' longer side; at most the image's. */
export function usualMapSize(backbone: BackboneName, size: ImageSize): number {
  const { width, height } = sidesOf(size);
  return Math.min(fullMap(backbone).mapSize, Math.max(width, height));
}

/** The default of the smoothing's standard deviation, in proportion to the maps. */
export function usualSigma(backbone: BackboneName, mapSize: number): number {
  const full = fullMap(backbone);
  return (full.sigma * mapSize) / full.mapSize;
}
