import type { Curve } from '../scoring';
import { type Figure, layoutOf } from './figure';

/**
 * Per-region overlap against the false-positive rate, up to the limit of PRO.
 *
 * @param curves by name, as {@link pixelMetrics} gives them
 * @param options the limit, in (0, 1], default 0.3
 * @example
 * ```ts
 * proFigure({ capsule: { x: [0, 0.3], y: [0, 0.9] } }).data.length // 1
 * ```
 */
export function proFigure(
  curves: Readonly<Record<string, Curve>>,
  { limit = 0.3 }: { limit?: number } = {},
): Figure {
  return {
    data: Object.entries(curves).map(([name, { x, y }]) => ({ type: 'scatter', mode: 'lines', name, x, y })),
    layout: layoutOf('Per-region overlap', {
      x: { title: { text: 'false-positive rate' }, range: [0, limit] },
      y: { title: { text: 'mean overlap' }, range: [0, 1.005] },
      legend: { x: 0.98, xanchor: 'right', y: 0.04, yanchor: 'bottom' },
    }),
  };
}
