import type { Figure } from '../../plots/figure';
import { plotlyConfig } from '../../plots/plotly-config';
import { make } from '../make';

/** Plotly, once {@link loadPlotly} has run it. */
declare const Plotly: {
  newPlot(place: HTMLElement, data: object[], layout: object, config: object): Promise<void>;
};

/** The text of an element of the page. */
export function textOf(id: string): string {
  return document.getElementById(id)!.textContent!;
}

/** Runs the Plotly that the page holds in compressed form. */
export async function loadPlotly(): Promise<void> {
  const bytes = Uint8Array.from(atob(textOf('plotly').trim()), (character) => character.charCodeAt(0));
  const script = new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')));
  document.head.append(make('script', { textContent: await script.text() }));
}

/** Draws figures one after the other, each as wide as its place: all places are there before the first figure is measured. */
export async function drawFigures(parent: HTMLElement, figures: readonly Figure[]): Promise<void> {
  const places = figures.map(() => make('div', { className: 'figure' }));
  parent.append(...places);
  for (const [index, { data, layout }] of figures.entries())
    await Plotly.newPlot(places[index], data, { ...layout, autosize: true }, plotlyConfig);
}
