import { createPort } from '../base';
import type { RgbImage } from './rgb-image';

/** Encodes pictures for a page; values outside [0, 1] are clamped. */
export interface PictureEncoder {
  png(image: RgbImage): Promise<Uint8Array>;
  jpeg(image: RgbImage): Promise<Uint8Array>;
}

/** The encoder of PNG and JPEG files. */
export const pictureEncoder = createPort<PictureEncoder>('an encoder of pictures');
