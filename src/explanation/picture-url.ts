import { toBase64 } from '../base';
import { pictureEncoder, type RgbImage } from '../images';

/** An image as a data URL. */
export async function pictureUrl(image: RgbImage): Promise<string> {
  return `data:image/png;base64,${toBase64(await pictureEncoder.get().png(image))}`;
}

/** A photograph as a data URL: a JPEG, which is far smaller. */
export async function photoUrl(image: RgbImage): Promise<string> {
  return `data:image/jpeg;base64,${toBase64(await pictureEncoder.get().jpeg(image))}`;
}
