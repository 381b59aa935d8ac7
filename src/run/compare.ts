import { type Configuration, withoutMachine } from '../detector';
import type { Figure } from '../plots';
import type { MaskRuns } from '../images';
import type { RunRecord } from './run-record';
import { openRunStore } from './run-store';

/**
 * The records of runs and sweeps.
 *
 * @param folders each one's `--out`
 * @returns a record per category and configuration
 * @throws Error naming a folder without runs
 * @example
 * ```ts
 * (await loadRuns([])).length // 0
 * ```
 */
export async function loadRuns(folders: readonly string[]): Promise<RunRecord[]> {
  const records: RunRecord[] = [];
  for (const folder of folders) {
    const store = await openRunStore(folder, 'read');
    try {
      records.push(...(await store.all()));
    } finally {
      store.close();
    }
  }
  return records;
}

const measures = [
  'pixelAuroc',
  'averagePrecision',
  'pro',
  'imageAuroc',
  'exemplars',
  'bankBytes',
  'scoringMilliseconds',
] as const;

/** Runs of one configuration: means over its categories, null where none has the value. */
export interface ComparedRuns extends Pick<RunRecord, (typeof measures)[number]> {
  /** The parameters in which the compared runs differ, as text. */
  parameters: Readonly<Record<string, string>>;
  categories: number;
}

/**
 * Runs side by side: an entry per configuration, with the parameters that differ and means over categories.
 *
 * @param records as {@link loadRuns} and {@link sweep} give them
 * @example
 * ```ts
 * compareRuns([]) // []
 * ```
 */
export function compareRuns(records: readonly RunRecord[]): ComparedRuns[] {
  const done = records.filter(({ status }) => status === 'done');
  const varying = varyingParameters(done);
  const groups = new Map<string, RunRecord[]>();
  for (const record of done) {
    const key = `${record.dataset} ${parameterText(record.configuration)}`;
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  return [...groups.values()].map((group) => {
    const mean = (name: (typeof measures)[number]) => {
      const values = group.flatMap((record) => record[name] ?? []);
      return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
    };
    return {
      parameters: Object.fromEntries(varying.map((name) => [name, text(group[0].configuration[name])])),
      categories: group.length,
      ...(Object.fromEntries(measures.map((name) => [name, mean(name)])) as Pick<
        ComparedRuns,
        (typeof measures)[number]
      >),
    };
  });
}

function varyingParameters(records: readonly RunRecord[]): (keyof Configuration)[] {
  const names = new Set(
    records.flatMap(({ configuration }) => Object.keys(configuration) as (keyof Configuration)[]),
  );
  const cropped = records.some(({ configuration }) => configuration.fit === 'crop');
  return [...names].filter(
    (name) =>
      (name !== 'resize' || cropped) &&
      new Set(records.map(({ configuration }) => text(configuration[name]))).size > 1,
  );
}

function parameterText(configuration: Configuration): string {
  return JSON.stringify(Object.entries(withoutMachine(configuration)).sort());
}

function text(value: Configuration[keyof Configuration]): string {
  if (Array.isArray(value)) return value.join('+');
  if (value !== null && typeof value === 'object' && 'runs' in value) return maskText(value);
  if (value !== null && typeof value === 'object') return Object.values(value).join(' ');
  return String(value ?? 'default');
}

/** How much of images a mask marks. */
function maskText({ width, height, runs }: MaskRuns): string {
  const marked = runs.reduce((sum, length, at) => sum + (at % 2) * length, 0);
  return `${((100 * marked) / (width * height)).toFixed(2)} % of ${width}x${height}`;
}

/**
 * {@link compareRuns} as a table.
 *
 * @example
 * ```ts
 * compareTable([]).head.slice(0, 3) // ['categories', 'pixel AUROC', 'AP']
 * ```
 */
export function compareTable(runs: readonly ComparedRuns[]): { head: string[]; rows: string[][] } {
  const parameters = Object.keys(runs[0]?.parameters ?? {});
  const head = [
    ...parameters,
    'categories',
    'pixel AUROC',
    'AP',
    'PRO',
    'image AUROC',
    'exemplars kept',
    'bank MB',
    'scoring ms',
  ];
  const fixed = (value: number | null, digits: number) => (value === null ? '-' : value.toFixed(digits));
  const rows = runs.map((run) => [
    ...parameters.map((name) => run.parameters[name]),
    String(run.categories),
    ...([run.pixelAuroc, run.averagePrecision, run.pro, run.imageAuroc] as const).map((score) =>
      fixed(score, 4),
    ),
    fixed(run.exemplars, 0),
    fixed(run.bankBytes === null ? null : run.bankBytes / 1e6, 1),
    fixed(run.scoringMilliseconds, 1),
  ]);
  return { head, rows };
}

/**
 * {@link compareRuns} as a figure: scores of every configuration.
 *
 * @example
 * ```ts
 * compareFigure([]).data.length // 4: pixel AUROC, AP, PRO and image AUROC
 * ```
 */
export function compareFigure(runs: readonly ComparedRuns[]): Figure {
  const labels = runs.map(
    ({ parameters }, index) =>
      Object.entries(parameters)
        // Plotly reads links in texts.
        .map(([name, value]) => `${name} ${value}`.replaceAll('<', '&lt;'))
        .join(', ') || `run ${index + 1}`,
  );
  const scores = {
    'pixel AUROC': 'pixelAuroc',
    AP: 'averagePrecision',
    PRO: 'pro',
    'image AUROC': 'imageAuroc',
  } as const;
  return {
    data: Object.entries(scores).map(([name, key]) => ({
      type: 'scatter',
      mode: 'markers',
      marker: { size: 9 },
      name,
      x: runs.map((run) => run[key]),
      y: labels,
    })),
    layout: {
      xaxis: { title: { text: 'score' }, automargin: true },
      yaxis: { automargin: true, range: [runs.length - 0.5, -0.5] },
      height: 160 + 28 * runs.length,
      margin: { t: 60, r: 20 },
      legend: { orientation: 'h', x: 0, y: 1, yanchor: 'bottom' },
    },
  };
}
