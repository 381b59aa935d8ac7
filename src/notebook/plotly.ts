import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Figure } from '../plots';
import { kernelHost, type MimeBundle } from './host';

let isLoaded = false;

/**
 * Puts Plotly into the page, once, from `plotly.js-dist` and without a network. Call it in a notebook's first cell, so that the
 * saved notebook also shows its figures; {@link showFigure} calls it where that was forgotten.
 *
 * @throws Error outside a notebook with the spanlab kernel
 * @example
 * ```ts
 * usePlotly() === undefined // true
 * ```
 */
export function usePlotly(): void {
  const packed = gzipSync(readFileSync(require.resolve('plotly.js-dist'))).toString('base64');
  isLoaded = true;
  kernelHost().display({
    'text/plain': 'Plotly',
    'text/html': `<script>window.spanlabPlotly ??= (async () => {
  const bytes = Uint8Array.from(atob("${packed}"), (character) => character.charCodeAt(0));
  const text = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
  const module = { exports: {} };
  new Function('module', 'exports', 'define', text)(module, module.exports, undefined);
  return module.exports;
})();</script>`,
  });
}

/** How a figure is shown. */
export interface ShowFigureOptions {
  /** Drawn again under the same id, a figure keeps its camera, zoom and selection. Default: a new one. */
  id?: string;
  /** In pixels, where the figure has none of its own. Default 420. */
  height?: number;
  /** Class of the number field that gets the index of a clicked point. */
  clickClass?: string;
}

/**
 * A figure as a mime bundle: Plotly's own type, and HTML that draws it with the Plotly of {@link usePlotly}.
 *
 * @example
 * ```ts
 * figureBundle(rocFigure({}))['text/plain'] // 'Figure'
 * ```
 */
export function figureBundle(
  figure: Figure,
  { id = randomUUID(), height = 420, clickClass }: ShowFigureOptions = {},
): MimeBundle {
  const layout = { autosize: true, height, uirevision: id, ...figure.layout };
  const config = { responsive: true, displaylogo: false };
  const place = `spanlab-${randomUUID()}`;
  const { data, frames = [] } = figure;
  const json = JSON.stringify({ data, layout, config, frames }).replaceAll('<', '\\u003c');
  const html = `<div id="${place}" style="min-height: ${height}px"></div><script>(async () => {
  const figures = (window.spanlabFigures ??= {});
  const figure = ${json};
  const id = ${JSON.stringify(id)};
  while (!window.spanlabPlotly) await new Promise((resolve) => setTimeout(resolve, 50));
  const Plotly = await window.spanlabPlotly;
  const place = document.getElementById(${JSON.stringify(place)});
  if (!place) return;
  const known = figures[id];
  if (known) {
    place.append(known);
    await Plotly.react(known, figure);
  } else {
    figures[id] = document.createElement('div');
    place.append(figures[id]);
    await Plotly.newPlot(figures[id], figure);
    const clickClass = ${JSON.stringify(clickClass ?? null)};
    if (clickClass) figures[id].on('plotly_click', ({ points: [point] }) => {
      const field = document.querySelector('.' + clickClass + ' input');
      if (!field) return;
      const at = point.pointIndex ?? point.pointNumber;
      field.value = Array.isArray(at) ? at[0] * point.data.z[0].length + at[1] : at;
      field.dispatchEvent(new Event('change', { bubbles: true }));
    });
  }
  figures[id].dataset.drawn = String(Number(figures[id].dataset.drawn ?? 0) + 1);
})();</script>`;
  return {
    'application/vnd.plotly.v1+json': { data, layout, config, frames },
    'text/html': html,
    'text/plain': 'Figure',
  };
}

/** {@link usePlotly}, where nothing in this session did. */
export function ensurePlotly(): void {
  if (!isLoaded) usePlotly();
}

/**
 * Shows a figure under the running cell.
 *
 * @param figure of any function that draws one, or Plotly's data and layout
 * @param options its height in pixels, where it has none of its own, default 420
 * @throws Error outside a notebook with the spanlab kernel
 * @example
 * ```ts
 * showFigure(samplingCostFigure({ subspace: [4, 1] }, { y: 'cost' }), { height: 320 }) === undefined // true
 * ```
 */
export function showFigure(figure: Figure, options: Pick<ShowFigureOptions, 'height'> = {}): void {
  ensurePlotly();
  kernelHost().display(figureBundle(figure, options));
}
