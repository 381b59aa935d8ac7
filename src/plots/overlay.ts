import type { Mask, RgbImage } from '../images';

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
  const share = place - low;
  const [from, to] = [heatStops[low], heatStops[low + 1]];
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
  ];
}

/**
 * Lays an anomaly map over its image as heat colours.
 *
 * @param map `height * width` values
 * @param range values shown as blue and as red
 * @param opacity of the heat, in [0, 1]
 * @throws RangeError when the map has another size than the image
 */
export function heatOverlay(
  image: RgbImage,
  map: Float32Array,
  range: readonly [number, number],
  opacity = 0.55,
): RgbImage {
  const { width, height } = image;
  if (map.length !== width * height) {
    throw new RangeError(
      `map has ${map.length} values; expected ${width * height} for an image of ${width}x${height}`,
    );
  }
  const data = new Float32Array(image.data.length);
  const span = range[1] - range[0] || 1;
  for (let pixel = 0; pixel < map.length; pixel++) {
    const colour = heatColour((map[pixel] - range[0]) / span);
    for (let channel = 0; channel < 3; channel++) {
      const at = pixel * 3 + channel;
      data[at] = image.data[at] * (1 - opacity) + colour[channel] * opacity;
    }
  }
  return { width, height, data };
}

/**
 * Draws the boundary of a mask's regions, one pixel wide, on a copy of an image.
 *
 * @throws RangeError when the mask has another size than the image
 */
export function drawOutline(image: RgbImage, mask: Mask, colour: Colour): RgbImage {
  const { width, height } = image;
  if (mask.width !== width || mask.height !== height) {
    throw new RangeError(`mask is ${mask.width}x${mask.height}; its image is ${width}x${height}`);
  }
  const data = image.data.slice();
  const inside = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && mask.data[y * width + x] === 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!inside(x, y)) continue;
      const isEdge = !inside(x - 1, y) || !inside(x + 1, y) || !inside(x, y - 1) || !inside(x, y + 1);
      if (isEdge) data.set(colour, (y * width + x) * 3);
    }
  }
  return { width, height, data };
}

/** The pixels at or above a threshold. */
export function thresholdMap(map: Float32Array, width: number, height: number, threshold: number): Mask {
  return { width, height, data: Uint8Array.from(map, (value) => (value >= threshold ? 1 : 0)) };
}

/**
 * Images side by side with a white gap.
 *
 * @throws RangeError when heights differ
 */
export function sideBySide(images: readonly RgbImage[], gap = 4): RgbImage {
  const { height } = images[0];
  const width = images.reduce((sum, image) => sum + image.width, 0) + gap * (images.length - 1);
  const data = new Float32Array(width * height * 3).fill(1);
  let left = 0;
  for (const image of images) {
    if (image.height !== height)
      throw new RangeError(`images are ${height} and ${image.height} pixels high; expected one height`);
    for (let y = 0; y < height; y++) {
      data.set(image.data.subarray(y * image.width * 3, (y + 1) * image.width * 3), (y * width + left) * 3);
    }
    left += image.width + gap;
  }
  return { width, height, data };
}

/** An image under heat colours, with what is at or above the threshold outlined. */
export function predictionOverlay(
  image: RgbImage,
  map: Float32Array,
  range: readonly [number, number],
  threshold: number,
): RgbImage {
  const prediction = thresholdMap(map, image.width, image.height, threshold);
  return drawOutline(heatOverlay(image, map, range), prediction, predictionColour);
}
