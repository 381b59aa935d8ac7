import type { LevelReconstruction, Reconstructor } from '../reconstruction';

/** Anomaly maps of a batch of images. */
export interface AnomalyMaps {
  count: number;
  height: number;
  width: number;
  /** `count * height * width` values; larger is more anomalous. */
  data: Float32Array;
}

/** Parameters of {@link anomalyMaps}. */
export interface AnomalyMapOptions {
  /** Side of the maps, in pixels. Default 224. */
  size?: number;
  /** Standard deviation of the Gaussian smoothing, in map pixels; 0 for none. Default 8 at 224, in proportion to the size. */
  sigma?: number;
}

/**
 * Residuals of all levels as one pixel map per image: each level is put in units of its nominal residuals
 * (`(r - mean) / deviation`), upsampled bilinearly, and smoothed; levels are averaged.
 *
 * @param levels of one batch
 * @param nominal mean and deviation of nominal residuals of the same levels
 * @throws RangeError when `size` is not a positive integer or `sigma` is negative
 */
export function anomalyMaps(
  levels: readonly LevelReconstruction[],
  nominal: Reconstructor['nominal'],
  options: AnomalyMapOptions = {},
): AnomalyMaps {
  const { size, sigma } = checkMapOptions(options);
  const { count } = levels[0];
  const data = new Float32Array(count * size * size);
  levels.forEach(({ level, height, width, residuals }) => {
    const { mean, deviation } = nominal.find((entry) => entry.level === level)!;
    const scale = 1 / (deviation * levels.length);
    for (let image = 0; image < count; image++) {
      const map = residuals.subarray(image * height * width, (image + 1) * height * width);
      const large = upsample(map, height, width, size, size);
      for (let pixel = 0, at = image * size * size; pixel < size * size; pixel++, at++) {
        data[at] += (large[pixel] - mean) * scale;
      }
    }
  });
  if (sigma > 0) {
    for (let image = 0; image < count; image++) {
      gaussianSmooth(data.subarray(image * size * size, (image + 1) * size * size), size, size, sigma);
    }
  }
  return { count, height: size, width: size, data };
}

/** The options with their defaults; throws as {@link anomalyMaps} does. */
export function checkMapOptions({
  size = 224,
  sigma = size / 28,
}: AnomalyMapOptions): Required<AnomalyMapOptions> {
  if (!Number.isInteger(size) || size < 1)
    throw new RangeError(`map size is ${size}; expected a positive integer`);
  if (!(sigma >= 0 && sigma < size))
    throw new RangeError(`sigma is ${sigma}; expected a number in [0, ${size})`);
  return { size, sigma };
}

/** Bilinear interpolation with half-pixel centres; values beyond the border are the border's. */
export function upsample(
  map: Float32Array,
  height: number,
  width: number,
  newHeight: number,
  newWidth: number,
): Float32Array {
  const large = new Float32Array(newHeight * newWidth);
  const columns = sourcePositions(width, newWidth);
  const rows = sourcePositions(height, newHeight);
  for (let y = 0; y < newHeight; y++) {
    const [top, bottom] = [rows.low[y] * width, rows.high[y] * width];
    for (let x = 0; x < newWidth; x++) {
      const [left, right, share] = [columns.low[x], columns.high[x], columns.share[x]];
      const above = map[top + left] + (map[top + right] - map[top + left]) * share;
      const below = map[bottom + left] + (map[bottom + right] - map[bottom + left]) * share;
      large[y * newWidth + x] = above + (below - above) * rows.share[y];
    }
  }
  return large;
}

function sourcePositions(length: number, newLength: number) {
  const low = new Uint32Array(newLength);
  const high = new Uint32Array(newLength);
  const share = new Float32Array(newLength);
  for (let index = 0; index < newLength; index++) {
    const position = Math.min(length - 1, Math.max(0, ((index + 0.5) * length) / newLength - 0.5));
    low[index] = Math.floor(position);
    high[index] = Math.min(length - 1, low[index] + 1);
    share[index] = position - low[index];
  }
  return { low, high, share };
}

/**
 * Gaussian smoothing in place, cut off at four deviations, mirrored at the border (`scipy.ndimage.gaussian_filter` with its
 * defaults).
 */
export function gaussianSmooth(map: Float32Array, height: number, width: number, sigma: number): void {
  const radius = Math.floor(4 * sigma + 0.5);
  const kernel = Float64Array.from({ length: 2 * radius + 1 }, (_, index) =>
    Math.exp(-((index - radius) ** 2) / (2 * sigma ** 2)),
  );
  const sum = kernel.reduce((total, value) => total + value, 0);
  kernel.forEach((value, index) => {
    kernel[index] = value / sum;
  });
  const smoothLine = (length: number, start: number, step: number, padded: Float64Array) => {
    for (let index = -radius; index < length + radius; index++) {
      const folded = ((index % (2 * length)) + 2 * length) % (2 * length);
      padded[index + radius] = map[start + step * (folded < length ? folded : 2 * length - 1 - folded)];
    }
    for (let index = 0; index < length; index++) {
      let value = kernel[radius] * padded[index + radius];
      for (let offset = 1; offset <= radius; offset++) {
        value +=
          kernel[radius + offset] * (padded[index + radius - offset] + padded[index + radius + offset]);
      }
      map[start + step * index] = value;
    }
  };
  const padded = new Float64Array(Math.max(height, width) + 2 * radius);
  for (let x = 0; x < width; x++) smoothLine(height, x, width, padded);
  for (let y = 0; y < height; y++) smoothLine(width, y * width, 1, padded);
}

/**
 * One score per image: the mean of the largest share of its map's values.
 *
 * @param share of the pixels, in (0, 1]; the smallest positive value gives the maximum. Default 0.01
 */
export function imageScores({ count, height, width, data }: AnomalyMaps, share = 0.01): Float32Array {
  if (!(share > 0 && share <= 1)) throw new RangeError(`share is ${share}; expected a number in (0, 1]`);
  const pixels = height * width;
  const top = Math.max(1, Math.round(share * pixels));
  return Float32Array.from({ length: count }, (_, image) => {
    const sorted = data.slice(image * pixels, (image + 1) * pixels).sort();
    let sum = 0;
    for (let index = pixels - top; index < pixels; index++) sum += sorted[index];
    return sum / top;
  });
}
