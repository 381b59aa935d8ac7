import { anomalousColour, type Figure, type FigureTitles, layoutOf, nominalColour } from './figure';

/**
 * Values as stems: a line from zero to each, one colour per name.
 *
 * @param series values by name; zeros have no stem
 * @param titles of the figure and its axes
 * @example
 * ```ts
 * stemFigure({ OMP: [0, 0.5] }, { title: 'Coefficients', x: 'feature', y: 'coefficient' }).data.length // 2
 * ```
 */
export function stemFigure(
  series: Readonly<Record<string, ArrayLike<number>>>,
  { title, x, y }: FigureTitles,
): Figure {
  const palette = [nominalColour, anomalousColour, '#1a9850', '#7b3294'];
  const traces = Object.entries(series).flatMap(([name, values], index) => {
    const color = palette[index % palette.length];
    const places = Array.from({ length: values.length }, (_, place) => place).filter(
      (place) => values[place] !== 0,
    );
    const stems = {
      type: 'scatter',
      mode: 'lines',
      showlegend: false,
      hoverinfo: 'skip',
      x: places.flatMap((place) => [place, place, null]),
      y: places.flatMap((place) => [0, values[place], null]),
      line: { color, width: 1.5 },
    };
    const heads = {
      type: 'scatter',
      mode: 'markers',
      name,
      x: places,
      y: places.map((place) => values[place]),
      marker: { color, size: 7 },
    };
    return [stems, heads];
  });
  return { data: traces, layout: layoutOf(title, { x: { title: { text: x } }, y: { title: { text: y } } }) };
}
