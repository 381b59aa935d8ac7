import { evenIndices, type LongWork, pause, stopIfAborted } from '../base';
import { type FeatureMaps, positionFeatures, selectMaps } from '../features';
import { createPlane, type Plane } from '../images';
import { fitReconstructor } from '../reconstruction';
import { meanRows, subtractRows } from '../matrix';
import { ridge, singularSpectrum } from '../subspace';

/** How linear nominal features are at every position of a level. */
export interface LinearityMaps {
  level: number;
  /** Nominal images that were used. */
  images: number;
  /**
   * Effective rank of a position's features over the images, their mean removed, as {@link singularSpectrum} defines it. It is at most
   * `images - 1`, and near that for noise.
   */
  effectiveRank: Plane;
  /**
   * Fraction of a nominal image's variance that the other images do not explain, corrected for what they would explain by chance: about 0
   * in a subspace of few dimensions, about 1 for independent noise.
   */
  unexplained: Plane;
}

/**
 * Maps of where the method's assumption holds: at every position of a level, the number of directions in which nominal images vary,
 * and the fraction of an image's variance that a combination of the other images leaves unexplained. The assumption holds where both
 * are small.
 *
 * Each image is left out of the mean, too. The other n - 1 images span n - 2 directions around their mean, and explain the fraction
 * `(n - 2) / channels` of independent noise; so the fraction left unexplained is divided by `1 - (n - 2) / channels`, as in an
 * adjusted R². Where there are more than `channels / 2 + 2` images, only so many, at even distances, are used.
 *
 * @param given features of nominal images at one level
 * @returns a map of the effective rank and one of the unexplained fraction
 * @throws RangeError when there are fewer than 3 images or fewer than 2 channels
 * @see Roy and Vetterli, EUSIPCO 2007, for the effective rank; Wherry, 1931, for the adjustment
 * @example
 * ```ts
 * // Images of one direction: position 0 varies along it, position 1 has noise in the second channel.
 * const rows = [1, 2, 3, 4].flatMap((image) => [[image, 2 * image], [image, image % 2]]);
 * const maps = { level: 1, count: 4, height: 1, width: 2, features: featureMatrixFrom(rows) };
 * const { effectiveRank } = await linearityMaps(maps);
 * [effectiveRank.data[0].toFixed(3), effectiveRank.data[1] > 1.1] // ['1.000', true]
 * ```
 */
export async function linearityMaps(
  given: FeatureMaps,
  { signal, onProgress }: LongWork = {},
): Promise<LinearityMaps> {
  const channels = given.features.cols;
  if (given.count < 3) throw new RangeError(`there are ${given.count} nominal images; expected at least 3`);
  if (channels < 2) throw new RangeError(`features have ${channels} channel; expected at least 2`);
  const images = Math.min(given.count, Math.floor(channels / 2) + 2);
  const nominal = selectMaps(given, evenIndices(images, given.count));
  const { level, height, width } = nominal;
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
  const leftByChance = 1 - (images - 2) / channels;
  for (let at = 0; at < positions; at++) unexplained.data[at] /= (variances[at] || 1) * leftByChance;
  return { level, images, effectiveRank, unexplained };
}
