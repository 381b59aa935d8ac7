import type { Curve } from '../scoring';

/** A Plotly figure as plain data. */
export interface Figure {
  data: object[];
  layout: object;
}

const nominalColour = '#4575b4';
const anomalousColour = '#d73027';
const ink = '#1f2933';
const whiteToInk = [
  [0, '#ffffff'],
  [0.25, '#9ebcda'],
  [1, '#123a6b'],
];

function layoutOf(title: string, x: object, y: object, extra: object = {}): object {
  const axis = {
    zeroline: false,
    gridcolor: '#e4e7eb',
    linecolor: '#9aa5b1',
    ticks: 'outside',
    showline: true,
    automargin: true,
  };
  return {
    title: { text: title, font: { size: 15 } },
    font: { family: 'system-ui, sans-serif', size: 12, color: ink },
    margin: { l: 56, r: 20, t: 44, b: 72 },
    paper_bgcolor: 'white',
    plot_bgcolor: 'white',
    xaxis: { ...axis, ...x },
    yaxis: { ...axis, ...y },
    legend: { x: 0.98, xanchor: 'right', y: 0.98, bgcolor: 'rgba(255,255,255,0.8)' },
    ...extra,
  };
}

/**
 * Histograms of image scores, nominal and anomalous.
 *
 * @param threshold drawn as a line where given
 */
export function scoreHistogram(scores: Float32Array, labels: readonly boolean[], threshold?: number): Figure {
  const [low, high] = [Math.min(...scores), Math.max(...scores)];
  const xbins = { start: low, end: high + 1e-9, size: (high - low) / 30 || 1 };
  const trace = (name: string, wanted: boolean, color: string) => ({
    type: 'histogram',
    name,
    x: Array.from(scores).filter((_, index) => labels[index] === wanted),
    xbins,
    opacity: 0.65,
    marker: { color },
  });
  const shapes =
    threshold === undefined
      ? []
      : [
          {
            type: 'line',
            x0: threshold,
            x1: threshold,
            yref: 'paper',
            y0: 0,
            y1: 1,
            line: { color: ink, dash: 'dot' },
          },
        ];
  return {
    data: [trace('nominal', false, nominalColour), trace('anomalous', true, anomalousColour)],
    layout: layoutOf(
      'Image scores',
      { title: { text: 'image score' } },
      { title: { text: 'images' } },
      {
        barmode: 'overlay',
        shapes,
      },
    ),
  };
}

/** ROC curves by name. */
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
    layout: layoutOf('ROC', rate('false-positive rate'), rate('true-positive rate'), {
      legend: { x: 0.98, xanchor: 'right', y: 0.04, yanchor: 'bottom' },
    }),
  };
}

/** Per-region overlap against the false-positive rate, up to the limit of PRO. */
export function proFigure(curves: Readonly<Record<string, Curve>>, limit = 0.3): Figure {
  return {
    data: Object.entries(curves).map(([name, { x, y }]) => ({ type: 'scatter', mode: 'lines', name, x, y })),
    layout: layoutOf(
      'Per-region overlap',
      { title: { text: 'false-positive rate' }, range: [0, limit] },
      { title: { text: 'mean overlap' }, range: [0, 1.005] },
      { legend: { x: 0.98, xanchor: 'right', y: 0.04, yanchor: 'bottom' } },
    ),
  };
}

/** The cost of the worst represented feature after each pick, by sampler. */
export function samplingCostFigure(
  costs: Readonly<Record<string, ArrayLike<number>>>,
  yTitle: string,
): Figure {
  return {
    data: Object.entries(costs).map(([name, values]) => ({
      type: 'scatter',
      mode: values.length > 60 ? 'lines' : 'lines+markers',
      name,
      x: Array.from(values, (_, index) => index + 1),
      y: Array.from(values),
    })),
    layout: layoutOf('Sampling', { title: { text: 'exemplars' } }, { title: { text: yTitle } }),
  };
}

/** How many nonzero coefficients rebuild one datum. */
export function sparsityFigure(nonzeros: ArrayLike<number>, atoms: number): Figure {
  const counts = new Map<number, number>();
  for (let index = 0; index < nonzeros.length; index++) {
    counts.set(nonzeros[index], (counts.get(nonzeros[index]) ?? 0) + 1);
  }
  const x = [...counts.keys()].sort((a, b) => a - b);
  const y = x.map((value) => (counts.get(value)! / nonzeros.length) * 100);
  return {
    data: [{ type: 'bar', x, y, marker: { color: nominalColour }, showlegend: false }],
    layout: layoutOf(
      'Coefficient sparsity',
      {
        title: { text: `nonzero coefficients of ${atoms} exemplars` },
        range: [-0.5, Math.max(...x, 1) + 0.5],
      },
      { title: { text: 'data rebuilt, %' } },
    ),
  };
}

/** Curves by name over a common axis; `log` names the axis that is logarithmic. */
export function linesFigure(
  curves: Readonly<Record<string, Curve>>,
  { title, x, y, log = '' }: { title: string; x: string; y: string; log?: '' | 'x' | 'y' },
): Figure {
  return {
    data: Object.entries(curves).map(([name, curve]) => ({
      type: 'scatter',
      mode: curve.x.length > 60 ? 'lines' : 'lines+markers',
      name,
      x: curve.x,
      y: curve.y,
    })),
    layout: layoutOf(
      title,
      { title: { text: x }, type: log === 'x' ? 'log' : 'linear' },
      { title: { text: y }, type: log === 'y' ? 'log' : 'linear' },
      { legend: { x: 1.01, xanchor: 'left', y: 1 } },
    ),
  };
}

/** Values as stems: a line from zero to each, one colour per name. */
export function stemFigure(
  series: Readonly<Record<string, ArrayLike<number>>>,
  { title, x, y }: { title: string; x: string; y: string },
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
  return { data: traces, layout: layoutOf(title, { title: { text: x } }, { title: { text: y } }) };
}

/** A matrix as a heat map, its first row on top. */
export function matrixFigure(
  values: ArrayLike<number>,
  rows: number,
  cols: number,
  { title, x, y }: { title: string; x: string; y: string },
): Figure {
  const z = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: cols }, (_, col) => values[row * cols + col]),
  );
  const axis = { title: { text: y }, autorange: 'reversed', scaleanchor: 'x', constrain: 'domain' };
  return {
    data: [{ type: 'heatmap', z, colorscale: whiteToInk, showscale: true }],
    layout: layoutOf(title, { title: { text: x }, constrain: 'domain' }, axis),
  };
}
