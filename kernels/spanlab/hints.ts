/** Advice for a cell that begins with an IPython command; undefined for TypeScript. */
export function hintForMagic(code: string): string | undefined {
  const line = code.split('\n').find((text) => text.trim() !== '') ?? '';
  const [, magic] = /^\s*(%%?[a-z]\w*)/i.exec(line) ?? [];
  if (magic && /time/.test(magic))
    return `${magic} is a command of IPython, and cells here are TypeScript: use \`await medianMilliseconds(async () => ...)\` of spanlab, or console.time()`;
  if (magic)
    return `${magic} is a command of IPython, and cells here are TypeScript: write it as code, e.g. with the modules of Node.js`;
  const [, command] = /^\s*!\s*([a-z./][^\n]*)/i.exec(line) ?? [];
  if (!command || /^\s*!\s*[\w.]+\s*(\(|[;=&|?.]|$)/.test(line)) return undefined;
  return `!${command} is a command of IPython, and cells here are TypeScript: use \`import { execSync } from 'node:child_process'\` and execSync(${JSON.stringify(command)}).toString()`;
}

/** A compiler's message with advice for the reader of a notebook. */
export function explainDiagnostic(text: string): string {
  const [, name] = /^Cannot find name '([^']+)'/.exec(text) ?? [];
  if (name) return `${text} Run the cell that defines it first, or check the spelling.`;
  const [, module] = /^Cannot find module '([^'.][^']*)'/.exec(text) ?? [];
  if (module)
    return `${text} Install it in the notebook's folder, \`npm install ${module}\`, then restart the kernel.`;
  return text;
}

/** The place just before the opening parenthesis that a cursor is inside of, so that the function called there can be shown. */
export function calleeBefore(code: string, cursor: number): number | undefined {
  let depth = 0;
  for (let at = cursor - 1; at >= 0; at--) {
    if (code[at] === ')') depth++;
    if (code[at] !== '(') continue;
    if (depth === 0) return /[\w$]/.test(code[at - 1] ?? '') ? at - 1 : undefined;
    depth--;
  }
  return undefined;
}
