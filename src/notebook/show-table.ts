import { escapeHtml } from '../base';
import { kernelHost, type MimeBundle } from './host';

/** A row of a table: cells by the name of their column. */
export type TableRow = Readonly<Record<string, string | number | undefined>>;

/**
 * Rows as a table for a cell's result or {@link interact}: numbers to the right with four digits, columns in the order of the
 * first row.
 *
 * @example
 * ```ts
 * tableBundle([{ solver: 'omp', AUROC: 0.98765 }])['text/plain'] // 'solver  AUROC\nomp  0.9877'
 * ```
 */
export function tableBundle(rows: readonly TableRow[]): MimeBundle {
  const head = [...new Set(rows.flatMap(Object.keys))];
  const texts = rows.map((row) => head.map((name) => textOf(row[name])));
  const cell = (tag: string, text: string, isNumber: boolean) =>
    `<${tag} style="text-align: ${isNumber ? 'right' : 'left'}">${escapeHtml(text)}</${tag}>`;
  const isNumber = head.map((name) => typeof rows[0]?.[name] === 'number');
  const line = (tag: string, cells: readonly string[]) =>
    `<tr>${cells.map((text, column) => cell(tag, text, isNumber[column])).join('')}</tr>`;
  return {
    'text/html': `<table>${line('th', head)}${texts.map((cells) => line('td', cells)).join('')}</table>`,
    'text/markdown': [head, head.map(() => '---'), ...texts]
      .map((cells) => `| ${cells.join(' | ')} |`)
      .join('\n'),
    'text/plain': [head, ...texts].map((cells) => cells.join('  ')).join('\n'),
  };
}

/**
 * Shows rows as a table under the running cell.
 *
 * @throws Error outside a notebook with the spanlab kernel
 * @example
 * ```ts
 * showTable([{ solver: 'omp', AUROC: 0.98765 }]) === undefined // true
 * ```
 */
export function showTable(rows: readonly TableRow[]): void {
  kernelHost().display(tableBundle(rows));
}

function textOf(value: string | number | undefined): string {
  if (typeof value !== 'number') return value ?? '';
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}
