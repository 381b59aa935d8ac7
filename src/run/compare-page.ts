import { readFileSync } from 'node:fs';
import type { Figure } from '../plots';
import { escapeHtml, jsonForScript } from '../base';
import { htmlPage } from './page';

/** A page of compared runs that opens offline: the table, and the figure drawn by Plotly. */
export function comparePage({ head, rows }: { head: string[]; rows: string[][] }, figure: Figure): string {
  const cells = (line: readonly string[], tag: string) =>
    `<tr>${line.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  return htmlPage({
    title: 'spanlab: runs compared',
    body: `<h1>Runs compared</h1>
<div class="scroll"><table><thead>${cells(head, 'th')}</thead><tbody>${rows.map((row) => cells(row, 'td')).join('')}</tbody></table></div>
<div id="figure"></div>`,
    scripts: [
      readFileSync(require.resolve('plotly.js-dist'), 'utf8'),
      `const figure = ${jsonForScript(figure)}; Plotly.newPlot('figure', figure.data, figure.layout, { responsive: true });`,
    ],
  });
}
