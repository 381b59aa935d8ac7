import { type Configuration, sizeText, solverConfigOf } from '../detector';
import type { ReportCategory, ReportData } from '../browser/report/report-data';
import type { CategorySummary } from './category-summary';
import { escapeHtml } from '../base';
import { builtFile } from '../platform/built-file';
import { listNotices } from './list-notices';
import { dataAndPlotly, htmlPage } from './page';
import { scoresTable } from './scores-table';

/** The contents of a report. */
export interface ReportContent {
  title: string;
  configuration: Configuration;
  categories: readonly { summary: CategorySummary; section: ReportCategory }[];
}

/**
 * One self-contained HTML page: scores, score histograms, ROC and PRO curves, the sampling's cost, coefficient sparsity, and
 * overlays with sliders for opacity and threshold. Plotly is inside; the page opens offline.
 */
export async function renderReport({ title, configuration, categories }: ReportContent): Promise<string> {
  const summaries = categories.map(({ summary }) => summary);
  const data: ReportData = {
    table: scoresTable(summaries),
    notices: listNotices(summaries),
    categories: categories.map(({ section }) => section),
    configuration,
  };
  return htmlPage({
    title,
    body: `<main>
<h1>${escapeHtml(title)}</h1>
<p class="lead">Subspace-guided feature reconstruction: ${escapeHtml(describeMethod(configuration))}</p>
</main>
${await dataAndPlotly(data)}`,
    scripts: [builtFile('report/report.js')],
  });
}

function describeMethod(configuration: Configuration): string {
  const { backbone, size, scales, levels } = configuration;
  const scaled = scales.length > 1 ? ` and its scales ${scales.join(', ')}` : '';
  const banks = configuration.granularities.map((granularity) => {
    const model = Object.entries(solverConfigOf(configuration, granularity)).map(([name, value]) =>
      name === 'name' ? value : `${name} ${value}`,
    );
    return `${granularity} by ${model.join(', ')}`;
  });
  return `${backbone} at ${size === 'auto' ? 'a size of the shape of its images' : sizeText(size)}${scaled}, level ${levels.join(' and ')}; ${banks.join('; ')}`;
}
