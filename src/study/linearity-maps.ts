import { type LongWork, pause, stopIfAborted } from '../base';
import { type FeatureMaps, positionFeatures } from '../features';
import { createPlane, type Plane } from '../images';
import { fitReconstructor } from '../reconstruction';
import { meanRows, subtractRows } from '../matrix';
import { ridge, singularSpectrum } from '../subspace';

/** How linear nominal features are at every position of a level. */
export interface LinearityMaps {
  level: number;
  /** Of the position's features over all images, mean removed, as {@link singularSpectrum} defines it. */
  effectiveRank: Plane;
  /** Fraction of a nominal image's variance that the other images do not explain, in [0, 1] or a little above. */
  unexplained: Plane;
}

/**
 * Where the method's assumption holds: at every position of a level, how many directions nominal images vary in, and how much of
 * an image's variance a combination of the other images leaves unexplained. The assumption holds where both are small.
 *
 * @param nominal features of nominal images at one level
 * @returns a map of each
 * @throws RangeError when there are fewer than 3 images
 * @see Roy and Vetterli, EUSIPCO 2007, for the effective rank
 * @example
 * ```ts
 * // Images of one direction: position 0 varies along it, position 1 has noise of its own in the second channel.
 * const rows = [1, 2, 3, 4].flatMap((image) => [[image, 2 * image], [image, image % 2]]);
 * const maps = { level: 1, count: 4, height: 1, width: 2, features: featureMatrixFrom(rows) };
 * const { effectiveRank } = await linearityMaps(maps);
 * [effectiveRank.data[0].toFixed(3), effectiveRank.data[1] > 1.1] // ['1.000', true]
 * ```
 */
export async function linearityMaps(
  nominal: FeatureMaps,
  { signal, onProgress }: LongWork = {},
): Promise<LinearityMaps> {
  const { level, count, height, width } = nominal;
  if (count < 3) throw new RangeError(`there are ${count} nominal images; expected at least 3`);
  const positions = height * width;
  const effectiveRank = createPlane({ width, height });
  for (let at = 0; at < positions; at++) {
    const features = positionFeatures(nominal, at);
    const centred = subtractRows(features, meanRows(features, 1));
    effectiveRank.data[at] = (await singularSpectrum(centred)).effectiveRank;
    if (at % width === width - 1) {
      stopIfAborted(signal);
      onProgress?.({ stage: 'positions', done: at + 1, total: positions });
      await pause();
    }
  }
  const { leftOut } = await fitReconstructor([nominal], {
    ...{ granularity: 'position', centre: true, metric: 'euclidean', signal },
    solver: ridge({ penalty: 0.01 }),
  });
  const [{ residuals, target }] = leftOut;
  const unexplained = createPlane({ width, height });
  const variances = new Float64Array(positions);
  for (let row = 0; row < residuals.length; row++) {
    unexplained.data[row % positions] += residuals[row] ** 2;
    for (let at = row * target.cols; at < (row + 1) * target.cols; at++)
      variances[row % positions] += target.data[at] ** 2;
  }
  for (let at = 0; at < positions; at++) unexplained.data[at] /= variances[at] || 1;
  return { level, effectiveRank, unexplained };
}
