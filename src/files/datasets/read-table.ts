import { parse } from 'csv-parse/sync';
import { readRegularFile } from '../read-regular-file';

/** A row of a table of images, by the names of the columns in lower case. */
export type TableRow = Readonly<Record<string, string>>;

/**
 * The rows of a csv file, whose columns are separated by commas, semicolons or tabs, whichever its first line has most of.
 *
 * @throws Error naming the file, the line and what is wrong when it cannot be read or a row has other columns than the first line
 */
export async function readTable(path: string): Promise<{ columns: string[]; rows: TableRow[] }> {
  try {
    const text = new TextDecoder().decode(await readRegularFile(path));
    const [head = ''] = text.split('\n', 1);
    const count = (separator: string) => head.split(separator).length;
    const [delimiter] = [',', ';', '\t'].sort((a, b) => count(b) - count(a));
    let columns: string[] = [];
    const rows = parse(text, {
      delimiter,
      trim: true,
      skip_empty_lines: true,
      columns: (names: string[]) => (columns = names.map((name) => name.toLowerCase())),
    });
    return { columns, rows: rows as TableRow[] };
  } catch (cause) {
    throw new Error(`cannot read table ${path}: ${(cause as Error).message}`, { cause });
  }
}
