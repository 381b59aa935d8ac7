/** The script of a report, which runs in the reader's browser: it builds the page from its data, and shows names as text only. */
import { explanationHtml } from '../../explanation/explanation-html';
import { make, makeTable } from '../make';
import { addGallery } from './gallery';
import { drawFigures, loadPlotly, textOf } from './plotly-in-page';
import type { ReportCategory, ReportData } from './report-data';

const main = document.querySelector('main')!;

async function addCategory(category: ReportCategory): Promise<void> {
  const section = make('section', {}, make('h2', { textContent: category.name }));
  main.append(section);
  await addGallery(section, category);
  if (category.explanations.length > 0)
    section.append(make('h3', { textContent: 'Exemplars that reconstruct the peaks' }));
  for (const explanation of category.explanations)
    section.append(make('div', { innerHTML: explanationHtml(explanation) }));
  const figures = make('div', { className: 'figures' });
  section.append(make('h3', { textContent: 'Scores and curves' }), figures);
  await drawFigures(figures, category.figures);
}

async function draw(): Promise<void> {
  const { table, notices, categories, configuration } = JSON.parse(textOf('data')) as ReportData;
  main.append(make('h2', { textContent: 'Scores' }), makeTable(table));
  const lines = notices.map((textContent) => make('li', { textContent }));
  if (lines.length > 0) main.append(make('ul', { className: 'notices' }, ...lines));
  await loadPlotly();
  for (const category of categories) await addCategory(category);
  const json = JSON.stringify(configuration, null, 2);
  main.append(make('h2', { textContent: 'Configuration' }), make('pre', { textContent: json }));
  document.body.dataset.ready = 'true';
}

draw().catch((error) => main.append(make('pre', { textContent: `The report could not be drawn: ${error}` })));
