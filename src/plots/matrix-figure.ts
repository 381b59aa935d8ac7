import type { Plane } from '../images';
import { type Figure, type FigureTitles, layoutOf } from './figure';

const whiteToInk = [
  [0, '#ffffff'],
  [0.25, '#9ebcda'],
  [1, '#123a6b'],
];

/**
 * A matrix, or any plane of numbers, as a heat map, its first row on top.
 *
 * @param plane `height` rows of `width` values
 * @param titles of the figure and its axes
 * @example
 * ```ts
 * const plane = createPlane({ width: 3, height: 2 }, Float32Array.of(1, 2, 3, 4, 5, 6));
 * const { data } = matrixFigure(plane, { title: 'C', x: 'atom', y: 'feature' });
 * (data[0] as { z: number[][] }).z[1] // [4, 5, 6]
 * ```
 */
export function matrixFigure({ width, height, data }: Plane, { title, x, y }: FigureTitles): Figure {
  const z = Array.from({ length: height }, (_, row) =>
    Array.from(data.subarray(row * width, (row + 1) * width)),
  );
  const rows = { title: { text: y }, autorange: 'reversed', scaleanchor: 'x', constrain: 'domain' };
  return {
    data: [{ type: 'heatmap', z, colorscale: whiteToInk, showscale: true, colorbar: { thickness: 14 } }],
    layout: layoutOf(title, { x: { title: { text: x }, constrain: 'domain' }, y: rows }),
    aspect: width / height,
  };
}
