import { createFeatureMatrix, type FeatureMatrix } from '../matrix';

/** Where the positions along an axis look: the i-th at `first + i * step`, as a fraction of the image's side. */
export interface AxisPlacement {
  first: number;
  step: number;
}

/** Where the positions of a map look in the image. */
export interface Placement {
  x: AxisPlacement;
  y: AxisPlacement;
}

/** The features of a batch of images at one hierarchy level. */
export interface FeatureMaps {
  level: number;
  /** Number of images. */
  count: number;
  height: number;
  width: number;
  /** Where the positions look. Default: at the centres of a grid of cells that covers the image. */
  placement?: Placement;
  /** Nonzero at the `height * width` positions that are left out of models and scores. Default: none is. */
  ignored?: Uint8Array;
  /** `[count * height * width, channels]`: image by image, each row by row. */
  features: FeatureMatrix;
}

/**
 * The maps of images `start` to `end - 1`, as views (no copy).
 *
 * @example
 * ```ts
 * const features = featureMatrixFrom([[1, 0], [0, 1], [2, 0], [0, 3]]);
 * const maps = { level: 1, count: 2, height: 1, width: 2, features };
 * [...sliceMaps(maps, 1, 2).features.data] // [2, 0, 0, 3]
 * ```
 */
export function sliceMaps(maps: FeatureMaps, start: number, end: number): FeatureMaps {
  const { height, width, features } = maps;
  const rows = height * width;
  const data = features.data.subarray(start * rows * features.cols, end * rows * features.cols);
  return { ...maps, count: end - start, features: { rows: (end - start) * rows, cols: features.cols, data } };
}

/** The maps of the images at `indices`, copied. */
export function selectMaps(maps: FeatureMaps, indices: ArrayLike<number>): FeatureMaps {
  const size = maps.height * maps.width * maps.features.cols;
  const features = createFeatureMatrix(indices.length * maps.height * maps.width, maps.features.cols);
  for (let position = 0; position < indices.length; position++) {
    features.data.set(
      maps.features.data.subarray(indices[position] * size, (indices[position] + 1) * size),
      position * size,
    );
  }
  return { ...maps, count: indices.length, features };
}

/** Every image's whole map as one row: `[count, height * width * channels]`, as a view (no copy). */
export function imagesAsRows({ count, height, width, features }: FeatureMaps): FeatureMatrix {
  return { rows: count, cols: height * width * features.cols, data: features.data };
}

/** The features at one position of all images. */
export function positionFeatures({ count, height, width, features }: FeatureMaps, at: number): FeatureMatrix {
  const { cols, data } = features;
  const column = createFeatureMatrix(count, cols);
  for (let image = 0; image < count; image++) {
    const from = (image * height * width + at) * cols;
    column.data.set(data.subarray(from, from + cols), image * cols);
  }
  return column;
}
