import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { escapeHtml, jsonForScript } from '../base';
import { builtFile } from '../platform/built-file';

/** Pages load nothing: scripts, styles and pictures are inside. */
const policy =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'";

/** A page that opens offline: `body` is HTML, and `scripts` run after it. */
export function htmlPage({
  title,
  body,
  scripts,
}: {
  title: string;
  body: string;
  scripts: readonly string[];
}): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${builtFile('report/page.css')}</style>
</head>
<body>
${body}
${scripts.map((script) => `<script>${script.replaceAll('</script', '<\\/script')}</script>`).join('\n')}
</body>
</html>
`;
}

/** The data that a page's script reads, see `plotly-in-page`: its data, and Plotly's part for plane figures in compressed form. */
export async function dataAndPlotly(data: object): Promise<string> {
  const plotly = await promisify(gzip)(await readFile(require.resolve('plotly.js-cartesian-dist-min')));
  return `<script type="application/json" id="data">${jsonForScript(data)}</script>
<script type="text/plain" id="plotly">${plotly.toString('base64')}</script>`;
}
