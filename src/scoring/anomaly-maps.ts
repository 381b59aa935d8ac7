import type { Placement } from '../features';
import { integerIn, numberIn } from '../base';
import { createPlane, type ImageSize, type Plane, planesOf, sidesOf, type Size } from '../images';
import type { LevelCalibration, ResidualMaps } from '../reconstruction';
import { smoothUpsampling } from './smooth-upsampling';

/** Parameters of {@link anomalyMaps}. */
export interface AnomalyMapOptions {
  /** Size of the maps, in pixels; a number is the side of a square. Default 224. */
  size?: ImageSize;
  /** Standard deviation of the Gaussian smoothing, in map pixels; 0 for none. Default: 4 at 224, in proportion to the longer side. */
  sigma?: number;
  /** Further weights of the levels, ≥ 0, in their order. Default: all weigh the same. */
  weights?: readonly number[];
}

/**
 * Residuals of all levels as one pixel map per image: `weighted mean over levels of upsample((r - mean) / standard deviation)`, smoothed.
 * Each level is put in units of its nominal residuals, so that levels of different scale can be compared; weights are the
 * calibration's, times those of the options.
 *
 * @param levels one batch of images, rebuilt
 * @param calibration of the same levels, in the same order
 * @returns a plane per image; larger is more anomalous
 * @throws RangeError when a side is not a positive integer, `sigma` is negative, or the numbers of levels differ
 * @example
 * ```ts
 * const features = featureMatrixFrom([[1, 0], [0, 1], [2, 0], [0, 3]]);
 * const nominal = [{ level: 1, count: 2, height: 1, width: 2, features }];
 * const { reconstruct, calibration } = await fitReconstructor(nominal);
 * const maps = anomalyMaps(await reconstruct(nominal), calibration, { size: 8 });
 * [maps.length, maps[0].width] // [2, 8]
 * ```
 */
export function anomalyMaps(
  levels: readonly ResidualMaps[],
  calibration: readonly LevelCalibration[],
  options: AnomalyMapOptions = {},
): Plane[] {
  const { size, sigma } = checkMapOptions(options);
  if (levels.length !== calibration.length || levels.length === 0)
    throw new RangeError(
      `${levels.length} levels and ${calibration.length} calibrations; expected as many of each, at least one`,
    );
  const { count } = levels[0];
  const maps = planesOf(size, new Float32Array(count * size.width * size.height));
  const shares = levelShares(calibration, options.weights);
  for (const { plane, placement } of gridsOf(levels, calibration, shares)) {
    const pixels = plane.width * plane.height;
    const addUpsampled = smoothUpsampling(plane, size, { placement, sigma });
    for (const [image, map] of maps.entries())
      addUpsampled(createPlane(plane, plane.data.subarray(image * pixels, (image + 1) * pixels)), map);
  }
  return maps;
}

/** The share of each level in an anomaly map; they add up to 1. */
export function levelShares(calibration: readonly LevelCalibration[], factors?: readonly number[]): number[] {
  const weights = calibration.map(({ weight = 1 }, index) => weight * (factors?.[index] ?? 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** The map value of a perfect reconstruction, in which every residual is 0: no map value is less. */
export function leastMapValue(calibration: readonly LevelCalibration[], factors?: readonly number[]): number {
  const shares = levelShares(calibration, factors);
  return calibration.reduce(
    (sum, { mean, standardDeviation }, index) => sum - (shares[index] * mean) / standardDeviation,
    0,
  );
}

/** Calibrated residuals of all images, one plane under the other. */
interface Grid {
  plane: Plane;
  placement?: Placement;
}

/** Calibrated residuals, those of one grid added up: upsampling is linear, and costs more than adding. */
function gridsOf(
  levels: readonly ResidualMaps[],
  calibration: readonly LevelCalibration[],
  shares: readonly number[],
): Grid[] {
  const grids = new Map<string, Grid>();
  for (const [index, { count, height, width, residuals, placement }] of levels.entries()) {
    const key = JSON.stringify([width, height, placement]);
    const grid = grids.get(key) ?? {
      plane: { width, height, data: new Float32Array(count * height * width) },
      placement,
    };
    grids.set(key, grid);
    const { mean, standardDeviation } = calibration[index];
    const scale = shares[index] / standardDeviation;
    const { data } = grid.plane;
    for (let at = 0; at < data.length; at++) data[at] += (residuals[at] - mean) * scale;
  }
  return [...grids.values()];
}

/** The options with their defaults; throws as {@link anomalyMaps} does. */
export function checkMapOptions({ size = 224, sigma }: Omit<AnomalyMapOptions, 'weights'>): {
  size: Size;
  sigma: number;
} {
  const { width, height } = sidesOf(size);
  integerIn({ 'map width': width }, [1, 4096]);
  integerIn({ 'map height': height }, [1, 4096]);
  const longer = Math.max(width, height);
  return {
    size: { width, height },
    sigma: numberIn({ sigma: sigma ?? longer / 56 }, { from: 0, below: longer }),
  };
}
