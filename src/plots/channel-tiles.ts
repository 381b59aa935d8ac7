import { integerIn, moments } from '../base';
import { type FeatureMaps } from '../features';
import { createPlane, type RgbImage } from '../images';
import { enlarge } from './enlarge';
import { mapImage } from './map-image';
import { tile } from './tile';

/** The least side of a tile, in pixels. */
const leastSide = 96;

/**
 * The channels of one image's features that vary most over its positions, side by side as heat maps.
 *
 * @param maps features of one level; the first image is shown
 * @param options how many channels, default 12, and how many in a row, default 6
 * @example
 * ```ts
 * const features = featureMatrixFrom([[0, 1], [0, 2], [0, 3], [0, 4]]);
 * channelTiles({ level: 1, count: 1, height: 2, width: 2, features }, { channels: 1 }).width // 96
 * ```
 */
export function channelTiles(
  { height, width, features }: FeatureMaps,
  { channels = 12, columns = 6 }: { channels?: number; columns?: number } = {},
): RgbImage {
  integerIn({ channels }, [1]);
  const positions = height * width;
  const planes = Array.from({ length: features.cols }, (_, channel) =>
    createPlane(
      { width, height },
      Float32Array.from({ length: positions }, (_, row) => features.data[row * features.cols + channel]),
    ),
  );
  const ranked = planes
    .map((plane) => ({ plane, spread: moments(plane.data).standardDeviation }))
    .sort((a, b) => b.spread - a.spread)
    .slice(0, channels);
  const factor = Math.max(1, Math.ceil(leastSide / Math.max(width, height)));
  return tile(
    ranked.map(({ plane }) => enlarge(mapImage(plane, { heat: true }), factor)),
    { columns },
  );
}
