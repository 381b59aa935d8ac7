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
   * @param images `count x height x width x 3` values, RGB in [0, 1]; they are read until the result is there
   * @param count images in the batch
   * @returns one entry per output of the network, in their order
   */
  run(images: Float32Array, count: number): Promise<EngineOutput[]>;
  /** Frees native memory. */
  dispose(): Promise<void>;
}
