import type { RgbImage } from '../../images';

/** Encodes a picture with the browser's own encoder; values outside [0, 1] are clamped. */
export async function encodePicture(
  { width, height, data }: RgbImage,
  options: ImageEncodeOptions,
): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(width, height);
  const pixels = new ImageData(width, height);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
    for (let channel = 0; channel < 3; channel++) pixels.data[to + channel] = data[from + channel] * 255;
    pixels.data[to + 3] = 255;
  }
  canvas.getContext('2d')!.putImageData(pixels, 0, 0);
  return new Uint8Array(await (await canvas.convertToBlob(options)).arrayBuffer());
}
