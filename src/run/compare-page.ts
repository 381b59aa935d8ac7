import { readFileSync } from 'node:fs';
import type { Figure } from '../plots';
import { escapeHtml } from './escape-html';
import { reportStyle } from './report-page';

/** A page of compared runs that opens offline: the table, and the figure drawn by Plotly. */
export function comparePage({ head, rows }: { head: string[]; rows: string[][] }, figure: Figure): string {
  const cells = (line: readonly string[], tag: string) =>
    `<tr>${line.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  const plotly = readFileSync(require.resolve('plotly.js-dist'), 'utf8').replaceAll('</script', '<\\/script');
  const json = JSON.stringify(figure).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>spanlab: runs compared</title>
<style>${reportStyle}</style>
</head>
<body>
<h1>Runs compared</h1>
<div class="scroll"><table><thead>${cells(head, 'th')}</thead><tbody>${rows.map((row) => cells(row, 'td')).join('')}</tbody></table></div>
<div id="figure"></div>
<script>${plotly}</script>
<script>const figure = ${json}; Plotly.newPlot('figure', figure.data, figure.layout, { responsive: true });</script>
</body>
</html>
`;
}
