/** A Plotly figure as plain data. */
export interface Figure {
  data: object[];
  layout: object;
  /** The steps of an animation: each holds what changes. */
  frames?: object[];
  /** Width of the plot by its height, where it is fixed; the figure is then as wide as it needs. */
  aspect?: number;
}

/** Colour of nominal values. */
export const nominalColour = '#4575b4';
/** Colour of anomalous values. */
export const anomalousColour = '#d73027';
/** Colour of text and lines. */
export const ink = '#1f2933';
/** Titles of a figure and its axes. */
export interface FigureTitles {
  title: string;
  x: string;
  y: string;
}

/** A logarithmic axis with a tick at every power of ten. */
export const decades = { type: 'log', dtick: 1, exponentformat: 'power', showexponent: 'all' } as const;

/** A legend beside the plot, where it covers no curve. */
export const legendBeside = { x: 1.01, xanchor: 'left', y: 1 } as const;

/** The layout that all figures share; `x` and `y` are options of the axes, `extra` of the whole. */
export function layoutOf(
  title: string,
  { x, y, ...extra }: { x: object; y: object; [option: string]: unknown },
): object {
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
