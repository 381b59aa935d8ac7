/** The script of a report, which runs in the reader's browser: it builds the page from its data, and shows names as text only. */
import { explanationHtml } from '../../explanation/explanation-html';
import { addGallery } from './gallery';
import { make, makeTable } from '../make';
import type { ReportCategory, ReportData } from './report-data';

/** Plotly, which the page loads before anything is drawn. */
declare const Plotly: {
  newPlot(place: HTMLElement, data: object[], layout: object, config: object): Promise<void>;
};

const main = document.querySelector('main')!;

function textOf(id: string): string {
  return document.getElementById(id)!.textContent!;
}

async function inflate(base64: string): Promise<string> {
  const bytes = Uint8Array.from(atob(base64.trim()), (character) => character.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
}

async function addCategory(category: ReportCategory): Promise<void> {
  const figures = make('div', { className: 'figures' });
  const section = make('section', {}, make('h2', { textContent: category.name }), figures);
  main.append(section);
  for (const { data, layout } of category.figures) {
    const place = make('div', { className: 'figure' });
    figures.append(place);
    await Plotly.newPlot(
      place,
      data,
      { ...layout, autosize: true },
      { responsive: true, displaylogo: false },
    );
  }
  await addGallery(section, category);
  if (category.explanations.length === 0) return;
  section.append(make('h3', { textContent: 'What the peaks are reconstructed from' }));
  for (const explanation of category.explanations)
    section.append(make('div', { innerHTML: explanationHtml(explanation) }));
}

async function draw(): Promise<void> {
  const { table, notices, categories, configuration } = JSON.parse(textOf('data')) as ReportData;
  main.append(make('h2', { textContent: 'Scores' }), makeTable(table));
  const lines = notices.map((textContent) => make('li', { textContent }));
  if (lines.length > 0) main.append(make('ul', { className: 'notices' }, ...lines));
  document.head.append(make('script', { textContent: await inflate(textOf('plotly')) }));
  for (const category of categories) await addCategory(category);
  const json = JSON.stringify(configuration, null, 2);
  main.append(make('h2', { textContent: 'Configuration' }), make('pre', { textContent: json }));
  document.body.dataset.ready = 'true';
}

draw().catch((error) => main.append(make('pre', { textContent: `The report could not be drawn: ${error}` })));
