/** A decoded image: RGB in [0, 1], interleaved, row-major. */
export interface RgbImage {
  width: number;
  height: number;
  /** `height * width * 3` values. */
  data: Float32Array;
}
