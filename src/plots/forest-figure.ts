import { anomalousColour, type Figure, ink, layoutOf } from './figure';

/** A compared thing: its difference, the interval, and whether the difference is clear of zero. */
export interface ForestRow {
  name: string;
  value: number;
  low: number;
  high: number;
  /** Drawn filled and red. A correction for the number of rows is the caller's, see {@link holm}. */
  isClear: boolean;
}

/**
 * Differences with their intervals one under the other, and a line at zero.
 *
 * @param options titles of the figure and of its axis
 * @example
 * ```ts
 * const row = { name: 'random', value: -0.2, low: -0.3, high: -0.1, isClear: true };
 * forestFigure([row], { title: 'Samplers', x: 'AP minus the default' }).data.length // 1
 * ```
 */
export function forestFigure(rows: readonly ForestRow[], { title, x }: { title: string; x: string }): Figure {
  const colour = rows.map(({ isClear }) => (isClear ? anomalousColour : ink));
  return {
    data: [
      {
        ...{ type: 'scatter', mode: 'markers', showlegend: false },
        x: rows.map(({ value }) => value),
        y: rows.map(({ name }) => name.replaceAll('<', '&lt;')),
        marker: {
          size: 9,
          color: colour,
          symbol: rows.map(({ isClear }) => (isClear ? 'circle' : 'circle-open')),
        },
        error_x: {
          ...{ type: 'data', symmetric: false, thickness: 1.5, width: 3, color: '#616e7c' },
          array: rows.map(({ value, high }) => high - value),
          arrayminus: rows.map(({ value, low }) => value - low),
        },
      },
    ],
    layout: layoutOf(title, {
      x: { title: { text: x }, zeroline: true, zerolinecolor: ink },
      y: { autorange: 'reversed', type: 'category' },
    }),
  };
}
