/** A picture of numbers, such as an anomaly map: one value per pixel, row-major. */
export interface Plane {
  width: number;
  height: number;
  /** `height * width` values. */
  data: Float32Array;
}

/**
 * Makes a plane over existing data (no copy), or of zeros.
 *
 * @throws RangeError when the size and the length of the data differ
 * @example
 * ```ts
 * createPlane({ width: 3, height: 2 }).data.length // 6
 * ```
 */
export function createPlane(
  { width, height }: { width: number; height: number },
  data: Float32Array = new Float32Array(width * height),
): Plane {
  if (data.length !== width * height)
    throw new RangeError(
      `data has ${data.length} values; expected width * height = ${width} * ${height} = ${width * height}`,
    );
  return { width, height, data };
}

/** Planes of one size over one array, one after the other. */
export function planesOf(size: { width: number; height: number }, data: Float32Array): Plane[] {
  const pixels = size.width * size.height;
  return Array.from({ length: Math.floor(data.length / pixels) }, (_, index) =>
    createPlane(size, data.subarray(index * pixels, (index + 1) * pixels)),
  );
}
