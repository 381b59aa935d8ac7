import type { Mask, Plane, RgbImage } from '../images';

/** RGB in [0, 1]. */
export type Colour = readonly [number, number, number];

/** Boundary of the ground truth, as in the paper's figures. */
export const truthColour: Colour = [0.9, 0.1, 0.1];
/** Boundary of the prediction, as in the paper's figures. */
export const predictionColour: Colour = [1, 0.6, 0.05];

/** ColorBrewer's RdYlBu from blue (low) to red (high). */
const heatStops: readonly Colour[] = [
  [0.192, 0.212, 0.584],
  [0.271, 0.459, 0.706],
  [0.455, 0.678, 0.82],
  [0.671, 0.851, 0.914],
  [0.878, 0.953, 0.973],
  [1, 1, 0.749],
  [0.996, 0.878, 0.565],
  [0.992, 0.682, 0.38],
  [0.957, 0.427, 0.263],
  [0.843, 0.188, 0.153],
  [0.647, 0, 0.149],
];

/** The heat colour of a value in [0, 1], blue to red; values outside are clamped. */
export function heatColour(value: number): Colour {
  const place = Math.min(1, Math.max(0, value)) * (heatStops.length - 1);
  const low = Math.min(heatStops.length - 2, Math.floor(place));
  const fraction = place - low;
  const [from, to] = [heatStops[low], heatStops[low + 1]];
  return [
    from[0] + (to[0] - from[0]) * fraction,
    from[1] + (to[1] - from[1]) * fraction,
    from[2] + (to[2] - from[2]) * fraction,
  ];
}

/**
 * Lays an anomaly map over its image as heat colours.
 *
 * @param map of the image's size
 * @param options `range`: the values shown as blue and as red; `opacity` of the heat, in [0, 1], default 0.55
 * @throws RangeError when the map has another size than the image
 * @example
 * ```ts
 * const { image } = drawSynthetic('nut', { size: 32 });
 * heatOverlay(image, createPlane({ width: 32, height: 32 }), { range: [0, 1] }).width // 32
 * ```
 */
export function heatOverlay(
  image: RgbImage,
  map: Plane,
  { range, opacity = 0.55 }: { range: readonly [number, number]; opacity?: number },
): RgbImage {
  checkSize('map', map, image);
  const data = new Float32Array(image.data.length);
  const span = range[1] - range[0] || 1;
  for (let pixel = 0; pixel < map.data.length; pixel++) {
    const colour = heatColour((map.data[pixel] - range[0]) / span);
    for (let channel = 0; channel < 3; channel++) {
      const at = pixel * 3 + channel;
      data[at] = image.data[at] * (1 - opacity) + colour[channel] * opacity;
    }
  }
  return { width: image.width, height: image.height, data };
}

/**
 * Draws the boundary of a mask's regions, one pixel wide, on a copy of an image.
 *
 * @param mask of the image's size
 * @param colour RGB in [0, 1], e.g. {@link truthColour}
 * @throws RangeError when the mask has another size than the image
 * @example
 * ```ts
 * const { image, mask } = drawSynthetic('nut', { defect: 'stain', size: 32 });
 * drawOutline(image, mask, truthColour).data.length // 3072
 * ```
 */
export function drawOutline(image: RgbImage, mask: Mask, colour: Colour): RgbImage {
  checkSize('mask', mask, image);
  const data = image.data.slice();
  for (let at = 0; at < mask.data.length; at++)
    if (isOnBoundary(mask, at, (value) => value === 1)) data.set(colour, at * 3);
  return { width: image.width, height: image.height, data };
}

/** Whether a pixel lies in a region and one of its four neighbours does not; there is no region beyond the border. */
export function isOnBoundary(
  { width, height, data }: Mask | Plane,
  at: number,
  isInside: (value: number) => boolean,
): boolean {
  const [x, y] = [at % width, Math.floor(at / width)];
  const inside = (isOnImage: boolean, pixel: number) => isOnImage && isInside(data[pixel]);
  return (
    isInside(data[at]) &&
    !(
      inside(x > 0, at - 1) &&
      inside(x < width - 1, at + 1) &&
      inside(y > 0, at - width) &&
      inside(y < height - 1, at + width)
    )
  );
}

/**
 * The pixels at or above a threshold.
 *
 * @returns a mask of the map's size
 * @example
 * ```ts
 * const map = createPlane({ width: 3, height: 1 }, Float32Array.of(1, 2, 3));
 * [...thresholdMap(map, 2).data] // [0, 1, 1]
 * ```
 */
export function thresholdMap({ width, height, data }: Plane, threshold: number): Mask {
  const inside = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at++) inside[at] = data[at] >= threshold ? 1 : 0;
  return { width, height, data: inside };
}

/**
 * An image under heat colours, with the boundary of the pixels at or above the threshold.
 *
 * @throws RangeError when the map has another size than the image
 */
export function predictionOverlay(
  image: RgbImage,
  map: Plane,
  { threshold, ...heat }: { threshold: number; range: readonly [number, number]; opacity?: number },
): RgbImage {
  return drawOutline(heatOverlay(image, map, heat), thresholdMap(map, threshold), predictionColour);
}

type Size = { width: number; height: number };

function checkSize(what: string, own: Size, image: Size): void {
  if (own.width !== image.width || own.height !== image.height)
    throw new RangeError(
      `${what} is ${own.width}x${own.height}; its image is ${image.width}x${image.height}`,
    );
}
