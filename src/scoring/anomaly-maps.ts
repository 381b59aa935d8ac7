import { integerIn, numberIn } from '../base';
import { createPlane, type Plane, planesOf } from '../images';
import type { LevelCalibration, LevelReconstruction } from '../reconstruction';
import { gaussianSmooth } from './gaussian-smooth';
import { upsample } from './upsample';

/** Parameters of {@link anomalyMaps}. */
export interface AnomalyMapOptions {
  /** Side of the maps, in pixels. Default 224. */
  size?: number;
  /** Standard deviation of the Gaussian smoothing, in map pixels; 0 for none. Default 8 at 224, in proportion to the size. */
  sigma?: number;
}

/**
 * Residuals of all levels as one pixel map per image: `mean over levels of upsample((r - mean) / standard deviation)`, smoothed.
 * Each level is put in units of its nominal residuals, so that levels of different scale weigh the same.
 *
 * @param levels one batch of images, rebuilt
 * @param calibration of the same levels, in the same order
 * @returns a plane of `size x size` per image; larger is more anomalous
 * @throws RangeError when `size` is not a positive integer, `sigma` is negative, or the numbers of levels differ
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
  levels: readonly LevelReconstruction[],
  calibration: readonly LevelCalibration[],
  options: AnomalyMapOptions = {},
): Plane[] {
  const { size, sigma } = checkMapOptions(options);
  if (levels.length !== calibration.length || levels.length === 0)
    throw new RangeError(
      `${levels.length} levels and ${calibration.length} calibrations; expected as many of each, at least one`,
    );
  const { count } = levels[0];
  const maps = planesOf({ width: size, height: size }, new Float32Array(count * size * size));
  for (const [index, { height, width, residuals }] of levels.entries()) {
    const { mean, standardDeviation } = calibration[index];
    const scale = 1 / (standardDeviation * levels.length);
    for (const [image, map] of maps.entries()) {
      const own = residuals.subarray(image * height * width, (image + 1) * height * width);
      const large = upsample(createPlane({ width, height }, own), map);
      for (let pixel = 0; pixel < size * size; pixel++) map.data[pixel] += (large.data[pixel] - mean) * scale;
    }
  }
  if (sigma > 0) for (const map of maps) gaussianSmooth(map, sigma);
  return maps;
}

/** The options with their defaults; throws as {@link anomalyMaps} does. */
export function checkMapOptions({
  size = 224,
  sigma = size / 28,
}: AnomalyMapOptions): Required<AnomalyMapOptions> {
  integerIn({ 'map size': size }, [1, 4096]);
  numberIn({ sigma }, { from: 0, below: size });
  return { size, sigma };
}
