import { stat } from 'node:fs/promises';
import { dirname, parse, resolve } from 'node:path';
import type { Dataset, Sample } from '../../images';
import { chooseTraining, type NominalSplit } from './choose-training';
import { anomalousSample, nominalSample } from './dataset-of';
import { readTable, type TableRow } from './read-table';
import type { UnusedPath } from './walk-images';

/** Names of the columns, by what they say. */
const columnNames = {
  path: ['path', 'image', 'image_path', 'file', 'filename'],
  split: ['split'],
  label: ['label', 'kind', 'defect'],
  mask: ['mask', 'mask_path'],
} as const;

/** Labels of nominal images, and words for anomalous ones that name no kind of defect. */
const nominalLabels = new Set(['nominal', 'normal', 'good', 'ok', '0']);
const anomalousLabels = new Set(['anomalous', 'anomaly', 'abnormal', 'bad', 'ng', 'defect', '1']);

/** Words for the splits. */
const splits = new Map<string, Sample['split']>([
  ['train', 'train'],
  ...['validation', 'valid', 'val'].map((word) => [word, 'validation'] as const),
  ['test', 'test'],
]);

/**
 * Images that a csv file lists, one a row: columns `path`, `label` and, where there are any, `split` and `mask`. Paths are relative to the
 * csv's folder. A label is `normal` (or `nominal`, `good`, `ok`, `0`), `anomalous` (or `anomaly`, `abnormal`, `bad`, `ng`, `defect`, `1`), or a kind of
 * defect. A split is `train`, `validation` or `test`. Without one, a seeded fraction of the nominal images is for training, and the rest and all
 * anomalous images are for testing. Rows of one path unite their masks. The names of anomalib's and VisA's columns are known, too.
 *
 * @param path the csv file, in UTF-8, separated by commas, semicolons or tabs
 * @param split fraction for training (default 0.8) and seed
 * @throws Error when it cannot be read, has no path or label, says an unknown split, contradicts itself, or has no nominal images to fit on
 */
export async function csv(path: string, split: NominalSplit = {}): Promise<Dataset> {
  const { columns, rows } = await readTable(path);
  return {
    name: parse(path).name,
    ...(await listed(path, columns, rows, { folder: dirname(resolve(path)), ...split })),
  };
}

/** The samples that rows of a table list, and the rows that are not used. */
export async function listed(
  table: string,
  columns: readonly string[],
  rows: readonly TableRow[],
  { folder, trainFraction = 0.8, seed = 0 }: NominalSplit & { folder: string },
): Promise<{ samples: Sample[]; unused: UnusedPath[] }> {
  const unused: UnusedPath[] = [];
  const entries: Entry[] = [];
  for (const entry of entriesOf(table, columns, rows)) {
    const path = resolve(folder, entry.path);
    const masks = entry.masks.map((mask) => resolve(folder, mask));
    const missing = await missingOf([path, ...masks]);
    const isUnfit = entry.defect !== null && entry.split !== undefined && entry.split !== 'test';
    for (const one of missing) unused.push({ path: one, reason: `listed in ${table}, but not there` });
    if (missing.includes(path)) continue;
    if (isUnfit)
      unused.push({
        path,
        reason: `anomalous, and listed for ${entry.split}: only nominal images are fitted on or set thresholds`,
      });
    else entries.push({ ...entry, path, masks: masks.filter((mask) => !missing.includes(mask)) });
  }
  const divided = entries.filter(({ defect, split }) => defect === null && split === undefined);
  const training = divided.length > 0 ? chooseTraining(divided.length, { trainFraction, seed }) : [];
  const samples = entries.map((entry): Sample => {
    if (entry.defect !== null) return anomalousSample(entry.path, entry.defect, entry.masks);
    return nominalSample(entry.path, entry.split ?? (training[divided.indexOf(entry)] ? 'train' : 'test'));
  });
  if (!samples.some((sample) => sample.split === 'train'))
    throw new Error(
      `${table} lists no nominal image to fit on that is there${unused.length > 0 ? `; ${unused[0].path} is ${unused[0].reason}` : ''}`,
    );
  return { samples, unused };
}

/** The row of a table about an image. */
interface Entry {
  path: string;
  split?: Sample['split'];
  /** Null for a nominal image. */
  defect: string | null;
  masks: readonly string[];
}

/** The rows of a table by image; several rows may give masks of one. */
function entriesOf(table: string, columns: readonly string[], rows: readonly TableRow[]): Entry[] {
  const columnOf = (what: keyof typeof columnNames) =>
    columnNames[what].find((name) => columns.includes(name));
  const [path, label, split, mask] = [
    columnOf('path'),
    columnOf('label'),
    columnOf('split'),
    columnOf('mask'),
  ];
  if (!path || !label)
    throw new Error(
      `table ${table} has the columns ${columns.join(', ')}; expected path and label, and split and mask where there are any`,
    );
  const entries = new Map<string, Entry>();
  for (const row of rows) {
    const entry: Entry = {
      path: row[path],
      split: split && splitOf(table, row[split]),
      defect: defectOf(row[label]),
      masks: mask && row[mask] ? [row[mask]] : [],
    };
    if (!entry.path || !row[label])
      throw new Error(`table ${table} has a row without path or label: ${Object.values(row).join(', ')}`);
    const known = entries.get(entry.path);
    if (known && (known.split !== entry.split || known.defect !== entry.defect))
      throw new Error(`table ${table} contradicts itself about ${entry.path}: give one split and one label`);
    const masks = [...new Set([...(known?.masks ?? []), ...entry.masks])];
    entries.set(entry.path, { ...entry, masks });
  }
  return [...entries.values()];
}

function splitOf(table: string, word: string): Sample['split'] | undefined {
  const known = splits.get(word.toLowerCase());
  if (word !== '' && known === undefined)
    throw new RangeError(
      `table ${table} says split ${word}; expected ${[...splits.keys()].join(', ')}, or nothing`,
    );
  return known;
}

function defectOf(label: string): string | null {
  const word = label.toLowerCase();
  if (nominalLabels.has(word)) return null;
  return anomalousLabels.has(word) ? 'anomalous' : label;
}

/** Those of the paths that are no files. */
async function missingOf(paths: readonly string[]): Promise<string[]> {
  const areFiles = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        (stats) => stats.isFile(),
        () => false,
      ),
    ),
  );
  return paths.filter((_, index) => !areFiles[index]);
}
