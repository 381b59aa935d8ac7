import type { ByteImage } from '../../images/frame-image';

/** Formats that browsers do not decode, by the ends of their names, and what to do with them. */
const unsupported: Readonly<Record<string, string>> = {
  tif: 'save it as PNG',
  tiff: 'save it as PNG',
  heic: 'save it as JPEG, or let the phone take JPEG pictures',
  heif: 'save it as JPEG, or let the phone take JPEG pictures',
};

/**
 * Decodes an image file of a person: EXIF orientation is applied and alpha is dropped.
 *
 * @throws Error naming the file, and what to do with it, where the browser does not decode it
 */
export async function readImage({ name, file }: { name: string; file: Blob }): Promise<ByteImage> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, { premultiplyAlpha: 'none' });
  } catch {
    const end = name.split('.').pop()!.toLowerCase();
    const remedy = unsupported[end] ?? 'give a whole PNG, JPEG, WebP, AVIF, GIF or BMP file';
    throw new Error(`${name} is no image that this browser can read: ${remedy}`);
  }
  try {
    const { width, height } = bitmap;
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d', { willReadFrequently: true })!;
    context.drawImage(bitmap, 0, 0);
    const { data: pixels } = context.getImageData(0, 0, width, height);
    // Three bytes a pixel, in the same memory, so that a photograph of 12 megapixels is not held twice.
    const data = new Uint8Array(pixels.buffer);
    for (let to = 0, from = 0; from < pixels.length; to += 3, from += 4) {
      data[to] = pixels[from];
      data[to + 1] = pixels[from + 1];
      data[to + 2] = pixels[from + 2];
    }
    return { width, height, data: data.subarray(0, width * height * 3) };
  } finally {
    bitmap.close();
  }
}
