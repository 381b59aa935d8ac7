import { escapeHtml } from '../base';
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
 * Shows images beside each other under the running cell, each with its name below it; a line breaks where there is no room.
 *
 * @param images by the words that stand below them
 * @throws Error outside a notebook with the spanlab kernel
 * @example
 * ```ts
 * const { image } = drawSynthetic('nut', { size: 32 });
 * (await showImages({ 'a nut': image, 'the same': image })) === undefined // true
 * ```
 */
export async function showImages(images: Readonly<Record<string, RgbImage>>): Promise<void> {
  const figures = Object.entries(images).map(async ([words, image]) => {
    const png = (await encodePng(image)).toString('base64');
    return `<figure style="margin: 0; width: ${image.width}px"><img src="data:image/png;base64,${png}" alt="${escapeHtml(words)}" width="${image.width}" height="${image.height}" style="max-width: 100%"><figcaption>${escapeHtml(words)}</figcaption></figure>`;
  });
  kernelHost().display({
    'text/html': `<div style="display: flex; flex-wrap: wrap; gap: 10px">${(await Promise.all(figures)).join('')}</div>`,
    'text/plain': Object.keys(images).join(' | '),
  });
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
