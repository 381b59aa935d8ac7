/** A decoded image: RGB in [0, 1], interleaved, row-major. */
export interface RgbImage {
  width: number;
  height: number;
  /** `height * width * 3` values. */
  data: Float32Array;
}

/** A ground-truth or predicted region: 1 where anomalous, 0 where nominal, row-major. */
export interface Mask {
  width: number;
  height: number;
  /** `height * width` values, 0 or 1. */
  data: Uint8Array;
}
