/** The script of a page of compared runs: it draws the figure. */
import type { Figure } from '../../plots/figure';
import { drawFigures, loadPlotly, textOf } from './plotly-in-page';

async function draw(place: HTMLElement): Promise<void> {
  await loadPlotly();
  await drawFigures(place, [JSON.parse(textOf('data')) as Figure]);
  document.body.dataset.ready = 'true';
}

const place = document.getElementById('figure')!;
draw(place).catch((error) => (place.textContent = `The figure could not be drawn: ${error}`));
