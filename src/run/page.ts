import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { escapeHtml } from '../base';

/** A file that the build puts beside the compiled code: the pages' script and style. */
function builtFile(name: string): string {
  return readFileSync(join(__dirname, '..', '..', 'dist', 'browser', name), 'utf8');
}

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

/** The script that draws a report from its data. */
export function reportScript(): string {
  return builtFile('report/report.js');
}

/** A value as JSON that can stand in a script element. */
export function jsonForScript(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
