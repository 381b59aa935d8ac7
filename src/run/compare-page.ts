import { escapeHtml } from '../base';
import type { Figure } from '../plots';
import { builtFile } from '../platform/built-file';
import { dataAndPlotly, htmlPage } from './page';

/** The report of a compared run. */
export interface ReportLink {
  /** The run's folder, as it was named. */
  name: string;
  /** Address of the report from the page. */
  href: string;
}

/** A page of compared runs that opens offline: the table, the figure drawn by Plotly, and links to the runs' reports. */
export async function comparePage(
  { head, rows }: { head: string[]; rows: string[][] },
  figure: Figure,
  reports: readonly ReportLink[] = [],
): Promise<string> {
  const cells = (line: readonly string[], open: string, close: string) =>
    `<tr>${line.map((cell) => `<${open}>${escapeHtml(cell)}</${close}>`).join('')}</tr>`;
  const links = reports.map(
    ({ name, href }) => `<li><a href="${escapeHtml(href)}">${escapeHtml(name)}</a></li>`,
  );
  return htmlPage({
    title: 'spanlab: runs compared',
    body: `<main>
<h1>Runs compared</h1>
<div class="scroll" tabindex="0" role="region" aria-label="Parameters and scores"><table><thead>${cells(head, 'th scope="col"', 'th')}</thead><tbody>${rows.map((row) => cells(row, 'td', 'td')).join('')}</tbody></table></div>
<div id="figure"></div>
${links.length > 0 ? `<h2>Reports</h2>\n<ul>${links.join('')}</ul>` : ''}
</main>
${await dataAndPlotly(figure)}`,
    scripts: [builtFile('report/compare.js')],
  });
}
