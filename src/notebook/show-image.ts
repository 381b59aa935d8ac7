import { encodePng } from '../files';
import type { RgbImage } from '../images';
import { kernelHost, type MimeBundle } from './host';

/** An image as a mime bundle. */
export async function imageBundle(image: RgbImage): Promise<MimeBundle> {
  return {
    'image/png': (await encodePng(image)).toString('base64'),
    'text/plain': `${image.width}x${image.height} image`,
  };
}

/** Shows an image under the running cell, in its own size. */
export async function showImage(image: RgbImage): Promise<void> {
  kernelHost().display(await imageBundle(image));
}
