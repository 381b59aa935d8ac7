import type { Curve } from '../scoring';
import { decades, type Figure, type FigureTitles, layoutOf, legendBeside } from './figure';

/**
 * Curves by name over a common axis.
 *
 * @param curves points `x`, `y` by name
 * @param options titles, and the axis that is logarithmic, if any
 * @example
 * ```ts
 * linesFigure({ PRO: { x: [1, 10], y: [0.8, 0.9] } }, { title: 'PRO', x: 'exemplars', y: 'PRO', log: 'x' }).data.length // 1
 * ```
 */
export function linesFigure(
  curves: Readonly<Record<string, Curve>>,
  { title, x, y, log }: FigureTitles & { log?: 'x' | 'y' },
): Figure {
  return {
    data: Object.entries(curves).map(([name, curve]) => ({
      type: 'scatter',
      mode: curve.x.length > 60 ? 'lines' : 'lines+markers',
      name,
      x: curve.x,
      y: curve.y,
    })),
    layout: layoutOf(title, {
      x: { title: { text: x }, ...(log === 'x' ? decades : {}) },
      y: { title: { text: y }, ...(log === 'y' ? decades : {}) },
      legend: legendBeside,
    }),
  };
}
