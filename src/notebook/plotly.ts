import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { jsonForScript } from '../base';
import { type Figure, plotlyConfig } from '../plots';
import { kernelHost, type MimeBundle } from './host';
import { tellClick } from './tell-click';

let isInPage = false;

/**
 * Puts Plotly into the page, from `plotly.js-dist` and without a network, for notebooks that are read where spanlab's extension of
 * JupyterLab is not installed; `spanlab install` and `spanlab lab` install it. The notebook grows by about 2 MB.
 *
 * @throws Error outside a notebook with the spanlab kernel
 * @example
 * ```ts
 * usePlotly() === undefined // true
 * ```
 */
export function usePlotly(): void {
  const packed = gzipSync(readFileSync(require.resolve('plotly.js-dist'))).toString('base64');
  isInPage = true;
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
  /** Height in pixels, where the figure does not set one. Default 420. */
  height?: number;
  /** Class of the number field that gets the index of a clicked point. */
  clickClass?: string;
}

/**
 * A figure as a mime bundle of Plotly's type, its numbers rounded to six digits; after {@link usePlotly} also as HTML that
 * draws itself.
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
  const meta = { spanlab: { clickClass } };
  const { data, frames = [], aspect } = figure;
  const size = aspect === undefined ? { autosize: true } : { width: widthFor(aspect, height) };
  const layout = { ...size, height, uirevision: id, meta, ...figure.layout };
  const rounded = JSON.parse(JSON.stringify({ data, layout, config: plotlyConfig, frames }, roundNumbers));
  return {
    'application/vnd.plotly.v1+json': rounded,
    ...(isInPage && { 'text/html': figureHtml(rounded, { id, height, clickClass }) }),
    'text/plain': 'Figure',
  };
}

/** The width at which a plot of an aspect fills a figure of a height; titles and a colour bar stand beside it. */
function widthFor(aspect: number, height: number): number {
  return Math.round(Math.min(1000, Math.max(260, aspect * (height - 116) + 166)));
}

function roundNumbers(_key: string, value: unknown): unknown {
  if (isMatrix(value)) return packedMatrix(value);
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;
}

/** Rows of numbers that are alike in length, and large enough to be packed. */
function isMatrix(value: unknown): value is number[][] {
  if (!Array.isArray(value) || !Array.isArray(value[0]) || value.length * value[0].length < 256) return false;
  const { length } = value[0];
  return value.every((row) => Array.isArray(row) && row.length === length && row.every(Number.isFinite));
}

/** A matrix as Plotly's typed arrays in JSON: single precision, base64. */
function packedMatrix(rows: readonly number[][]): object {
  const bytes = Buffer.from(Float32Array.from(rows.flat()).buffer);
  return { dtype: 'f4', bdata: bytes.toString('base64'), shape: `${rows.length}, ${rows[0].length}` };
}

/** HTML that draws a figure with the page's Plotly. */
function figureHtml(
  figure: object,
  { id, height, clickClass }: { id: string; height: number; clickClass?: string },
): string {
  const place = `spanlab-${randomUUID()}`;
  return `<div id="${place}" style="min-height: ${height}px"></div><script>(async () => {
  const figures = (window.spanlabFigures ??= {});
  const figure = ${jsonForScript(figure)};
  const id = ${JSON.stringify(id)};
  while (!window.spanlabPlotly) await new Promise((resolve) => setTimeout(resolve, 50));
  const Plotly = await window.spanlabPlotly;
  const place = document.getElementById(${JSON.stringify(place)});
  if (!place) return;
  const known = figures[id];
  if (known) {
    place.append(known);
    await Plotly.react(known, figure);
    return;
  }
  figures[id] = document.createElement('div');
  place.append(figures[id]);
  await Plotly.newPlot(figures[id], figure);
  const clickClass = ${JSON.stringify(clickClass ?? null)};
  if (clickClass) figures[id].on('plotly_click', (event) => (${tellClick.toString()})(event, clickClass));
})();</script>`;
}

/**
 * Shows a figure under the running cell.
 *
 * @param figure of any function that draws one, or Plotly's data and layout
 * @param options its height in pixels where the figure does not set one, default 420
 * @throws Error outside a notebook with the spanlab kernel
 * @example
 * ```ts
 * showFigure(linesFigure({ PRO: { x: [1, 10], y: [0.8, 0.9] } }, { title: 'Cost', x: 'exemplars', y: 'cost' }), { height: 320 }) === undefined // true
 * ```
 */
export function showFigure(figure: Figure, options: Pick<ShowFigureOptions, 'height'> = {}): void {
  kernelHost().display(figureBundle(figure, options));
}
