import { extent } from '../base';
import type { Plane, RgbImage } from '../images';
import { heatColour } from './overlay';

/**
 * A plane of numbers as an image: grey, or heat colours.
 *
 * @param options `range`: the values shown as black and white, or blue and red, default the plane's range; `heat`, default false
 * @example
 * ```ts
 * const image = mapImage(createPlane({ width: 2, height: 1 }, Float32Array.of(1, 3)));
 * [image.data[0], image.data[3]] // [0, 1]
 * ```
 */
export function mapImage(
  { width, height, data: values }: Plane,
  { range, heat = false }: { range?: readonly [number, number]; heat?: boolean } = {},
): RgbImage {
  const [low, high] = range ?? extent(values);
  const data = new Float32Array(height * width * 3);
  values.forEach((value, pixel) => {
    const fraction = (value - low) / (high - low || 1);
    data.set(heat ? heatColour(fraction) : [fraction, fraction, fraction], pixel * 3);
  });
  return { width, height, data };
}
