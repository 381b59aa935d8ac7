import { encodePng } from '../files';
import type { RgbImage } from '../images';
import { kernelHost, type MimeBundle } from './host';

/**
 * An image as a mime bundle, for a cell's result or {@link interact}.
 *
 * @example
 * ```ts
 * (await imageBundle(drawSynthetic('nut', { size: 32 }).image))['text/plain'] // '32x32 image'
 * ```
 */
export async function imageBundle(image: RgbImage): Promise<MimeBundle> {
  return {
    'image/png': (await encodePng(image)).toString('base64'),
    'text/plain': `${image.width}x${image.height} image`,
  };
}

/**
 * Shows an image under the running cell, at its size in pixels.
 *
 * @throws Error outside a notebook with the spanlab kernel
 * @example
 * ```ts
 * (await showImage(drawSynthetic('nut', { size: 32 }).image)) === undefined // true
 * ```
 */
export async function showImage(image: RgbImage): Promise<void> {
  kernelHost().display(await imageBundle(image));
}
