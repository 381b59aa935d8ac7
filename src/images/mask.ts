/** A ground-truth or predicted region: 1 where anomalous, 0 where nominal, row-major. */
export interface Mask {
  width: number;
  height: number;
  /** `height * width` values, 0 or 1. */
  data: Uint8Array;
}

/** A mask of that size without an anomalous pixel. */
export function emptyMask({ width, height }: { width: number; height: number }): Mask {
  return { width, height, data: new Uint8Array(width * height) };
}
