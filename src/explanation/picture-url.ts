import { encodePng } from '../files';
import type { RgbImage } from '../images';

/** An image as a data URL. */
export async function pictureUrl(image: RgbImage): Promise<string> {
  return `data:image/png;base64,${(await encodePng(image)).toString('base64')}`;
}
