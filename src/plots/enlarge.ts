import { integerIn } from '../base';
import type { RgbImage } from '../images';

/**
 * An image enlarged by a whole factor, every pixel a square.
 *
 * @throws RangeError when the factor is not a positive integer
 * @example
 * ```ts
 * enlarge({ width: 2, height: 1, data: new Float32Array(6) }, 3).width // 6
 * ```
 */
export function enlarge({ width, height, data }: RgbImage, factor: number): RgbImage {
  integerIn({ factor }, [1]);
  const large = new Float32Array(width * height * factor * factor * 3);
  for (let y = 0; y < height * factor; y++) {
    for (let x = 0; x < width * factor; x++) {
      const from = (Math.floor(y / factor) * width + Math.floor(x / factor)) * 3;
      large.set(data.subarray(from, from + 3), (y * width * factor + x) * 3);
    }
  }
  return { width: width * factor, height: height * factor, data: large };
}
