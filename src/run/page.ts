import { escapeHtml } from '../base';
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
