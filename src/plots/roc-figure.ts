import type { Curve } from '../scoring';
import { type Figure, layoutOf } from './figure';

/**
 * ROC curves by name.
 *
 * @param curves false-positive rates `x` against true-positive rates `y`, as {@link pixelMetrics} gives them
 * @example
 * ```ts
 * rocFigure({ pixels: { x: [0, 1], y: [0, 1] } }).data.length // 2: the curve, and chance
 * ```
 */
export function rocFigure(curves: Readonly<Record<string, Curve>>): Figure {
  const rate = (text: string) => ({ title: { text }, range: [0, 1.005] });
  return {
    data: [
      ...Object.entries(curves).map(([name, { x, y }]) => ({ type: 'scatter', mode: 'lines', name, x, y })),
      {
        type: 'scatter',
        mode: 'lines',
        name: 'chance',
        x: [0, 1],
        y: [0, 1],
        line: { dash: 'dot', color: '#9aa5b1' },
      },
    ],
    layout: layoutOf('ROC', {
      x: rate('false-positive rate'),
      y: rate('true-positive rate'),
      legend: { x: 0.98, xanchor: 'right', y: 0.04, yanchor: 'bottom' },
    }),
  };
}
