import { decades, type Figure, type FigureTitles, layoutOf, legendBeside } from './figure';

/** A value for each of several seeds at every place of a curve. */
export interface SeededCurve {
  x: readonly number[];
  /** The values of all seeds, for every place. */
  values: readonly (readonly number[])[];
  /** Default: the palette's colour at the curve's place. */
  colour?: string;
  dash?: 'solid' | 'dash' | 'dot';
}

const palette = ['#1a9850', '#7b3294', '#4575b4', '#e08214', '#d73027', '#5d4037', '#008080', '#616e7c'];

/**
 * Curves with bands: the mean of several seeds as a line, and from the least to the largest of them as a band.
 *
 * @param curves by name
 * @param titles of the figure and its axes; `log` the axes that have decades
 * @example
 * ```ts
 * const curves = { nearest: { x: [10, 100], values: [[0.2, 0.4], [0.1, 0.2]] } };
 * const { data } = bandsFigure(curves, { title: 'False alarms', x: 'exemplars', y: 'fraction' });
 * (data[1] as { y: number[] }).y.map((value) => value.toFixed(2)) // ['0.30', '0.15']
 * ```
 */
export function bandsFigure(
  curves: Readonly<Record<string, SeededCurve>>,
  { title, x, y, log }: FigureTitles & { log?: 'x' | 'y' | 'xy' },
): Figure {
  const data = Object.entries(curves).flatMap(([name, curve], index) => {
    const colour = curve.colour ?? palette[index % palette.length];
    const means = curve.values.map((values) => values.reduce((sum, value) => sum + value, 0) / values.length);
    const low = curve.values.map((values) => Math.min(...values));
    const high = curve.values.map((values) => Math.max(...values));
    const band = {
      ...{ type: 'scatter', mode: 'lines', line: { width: 0 }, hoverinfo: 'skip', showlegend: false },
      ...{ x: [...curve.x, ...[...curve.x].reverse()], y: [...high, ...low.reverse()] },
      ...{ fill: 'toself', fillcolor: `${colour}26`, legendgroup: name },
    };
    const line = {
      ...{ type: 'scatter', mode: 'lines+markers', name, x: curve.x, y: means, legendgroup: name },
      ...{
        line: { color: colour, width: 2, dash: curve.dash ?? 'solid' },
        marker: { color: colour, size: 6 },
      },
    };
    return [band, line];
  });
  const axis = (text: string, isLogarithmic: boolean) => ({
    title: { text },
    ...(isLogarithmic ? decades : {}),
  });
  const layout = layoutOf(title, {
    x: axis(x, log?.includes('x') ?? false),
    y: axis(y, log?.includes('y') ?? false),
    legend: legendBeside,
  });
  return { data, layout };
}
