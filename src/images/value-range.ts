import { createPort } from '../base';

/** The values of an image file's samples that become 0 and 1. They are for images of more than 8 bits alone: those of 8 bits have 0 and 255. */
export interface ValueRange {
  /** Samples of this value and below become 0. Default 0. */
  black?: number;
  /**
   * Samples of this value and above become 1. Default: 65535 for samples of 16 unsigned bits that reach more than 14 bits; other samples
   * are refused without it.
   */
  white?: number;
}

/** The known properties of the samples of an image file. */
export interface SourceSamples {
  /** Their type: unsigned of 8 or 16 bits, or any other, under its name (`float`, `short`, …). */
  type: 'uchar' | 'ushort' | (string & {});
  /** The largest sample as it is stored, before any resampling; reads all of the image. */
  largest(): Promise<number>;
}

/** The reader of the samples that image files hold. */
export const sourceReader = createPort<(path: string) => Promise<SourceSamples>>(
  'a reader of the samples of image files',
);
