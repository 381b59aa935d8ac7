import { extent } from '../base';
import type { Mask, Plane, RgbImage } from '../images';
import type { FeatureMatrix } from '../matrix';
import type { SparseCodes } from '../subspace';

export function isMatrix(value: object): value is FeatureMatrix {
  const { rows, cols, data } = value as Partial<FeatureMatrix>;
  return data instanceof Float32Array && data.length === Number(rows) * Number(cols);
}

export function isCodes(value: object): value is SparseCodes {
  const { rowStarts, indices, values } = value as Partial<SparseCodes>;
  return rowStarts instanceof Uint32Array && indices instanceof Uint32Array && values instanceof Float64Array;
}

export function isPicture(value: object): value is Plane | Mask | RgbImage {
  const { width, height, data } = value as Partial<Plane>;
  const pixels = Number(width) * Number(height);
  return (
    (data instanceof Float32Array || (data as unknown) instanceof Uint8Array) &&
    [pixels, 3 * pixels].includes(data!.length)
  );
}

/** A feature matrix, codes, an image, a plane or a mask by its shape and range; undefined for any other value. */
export function valueWords(value: object): string | undefined {
  if (isMatrix(value)) return `${value.rows} x ${value.cols} feature matrix, ${rangeWords(value.data)}`;
  if (isCodes(value)) {
    const perRow = (value.values.length / Math.max(1, value.rows)).toFixed(1);
    return `codes of ${value.rows} signals over ${value.cols} atoms, ${perRow} nonzeros a signal`;
  }
  if (!isPicture(value)) return undefined;
  const { width, height, data } = value;
  if (data.length === 3 * width * height) return `${width}x${height} image`;
  const kind = data instanceof Uint8Array ? 'mask' : 'plane';
  return `${width}x${height} ${kind}, ${rangeWords(data)}`;
}

function rangeWords(data: Float32Array | Uint8Array): string {
  if (data.length === 0) return 'empty';
  const [low, high] = extent(Float32Array.from(data));
  return `values from ${low.toPrecision(3)} to ${high.toPrecision(3)}`;
}
