import { encodeJpeg, encodePng } from '../files';
import type { RgbImage } from '../images';

/** An image as a data URL. */
export async function pictureUrl(image: RgbImage): Promise<string> {
  return `data:image/png;base64,${(await encodePng(image)).toString('base64')}`;
}

/** A photograph as a data URL: a JPEG, which is far smaller. */
export async function photoUrl(image: RgbImage): Promise<string> {
  return `data:image/jpeg;base64,${(await encodeJpeg(image)).toString('base64')}`;
}
