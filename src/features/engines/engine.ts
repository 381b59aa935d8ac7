/** One output of an engine's run: a batch of maps, position-major with contiguous channels (NHWC). */
export interface EngineOutput {
  count: number;
  height: number;
  width: number;
  channels: number;
  data: Float32Array;
}

/** A network compiled for images of one size. */
export interface Engine {
  name: string;
  /**
   * @param images `count x 3 x height x width` values, RGB in [0, 1]
   * @param count images in the batch
   * @returns one entry per output of the network, in their order
   */
  run(images: Float32Array, count: number): Promise<EngineOutput[]>;
  /** Frees native memory. */
  dispose(): Promise<void>;
}
