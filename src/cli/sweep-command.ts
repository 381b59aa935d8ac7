import { resolve } from 'node:path';
import { Command, InvalidArgumentError, type Option } from 'commander';
import { openDatasets, placesFrom } from '../files';
import {
  compareRuns,
  compareTable,
  dataChecksum,
  queueRunner,
  sweep,
  type SweepPoint,
  weightsChecksum,
  workerThreads,
} from '../run';
import {
  addConfigurationOptions,
  addDatasetOptions,
  type ConfigurationFlags,
  configurationOf,
  type DatasetFlags,
  datasetFlagNames,
  datasetOf,
  withIgnored,
} from './configuration-flags';
import { number } from './number';
import { onChange } from './on-change';
import { showProgress } from './progress';
import { textTable } from './table';
import { tellMissingEngine } from './tell-missing-engine';

interface SweepFlags extends DatasetFlags, ConfigurationFlags {
  out: string;
  grid: readonly GridAxis[];
  workers?: number;
  queue?: string;
}

/** A parameter and the values that it takes. */
interface GridAxis {
  flag: string;
  values: string[];
}

function gridAxis(text: string, previous: readonly GridAxis[] = []): GridAxis[] {
  const [, flag, list] = /^([a-z][a-z-]*)=(.+)$/.exec(text) ?? [];
  if (!flag) throw new InvalidArgumentError('expected parameter=value,value,... such as exemplars=10,50');
  return [...previous, { flag: `--${flag}`, values: list.split(',') }];
}

/** `spanlab sweep`. */
export function sweepCommand(signal: AbortSignal): Command {
  const command = new Command('sweep')
    .description(
      'run a grid of parameters on every category; the same command resumes a sweep that was stopped',
    )
    .requiredOption('--out <dir>', 'folder for the results')
    .requiredOption(
      '--grid <parameter=values>',
      'values of a parameter, e.g. exemplars=10,50 or solver=ridge,omp or levels=2,2+3; repeat it for a grid',
      gridAxis,
    )
    .option(
      '--workers <count>',
      'points that run at the same time (default: one for every two processors)',
      number,
    )
    .option(
      '--queue <url>',
      'run the points on the workers of a Redis server, redis://host:port or rediss://host:port (spanlab worker)',
    );
  addConfigurationOptions(addDatasetOptions(command));
  return command.action((flags: SweepFlags) => run(flags, command, signal));
}

/** All combinations of the grid's values, as flags; values are checked as on the command line. */
function combinations(axes: readonly GridAxis[], options: readonly Option[]): Record<string, unknown>[] {
  return axes.reduce<Record<string, unknown>[]>(
    (chosen, { flag, values }) => {
      const option = options.find(({ long }) => long === flag);
      if (!option || [...datasetFlagNames, '--out', '--grid', '--workers', '--queue'].includes(flag)) {
        throw new Error(`--grid: ${flag.slice(2)} is not a parameter; \`spanlab sweep --help\` lists them`);
      }
      const parsed = values.map((value) => parseValue(option, value.replaceAll('+', ',')));
      return chosen.flatMap((flags) =>
        parsed.map((value) => ({ ...flags, [option.attributeName()]: value })),
      );
    },
    [{}],
  );
}

function parseValue(option: Option, text: string): unknown {
  const name = option.long!.slice(2);
  if (!option.required) {
    if (text !== 'true' && text !== 'false')
      throw new Error(`--grid: ${name} is ${text}; expected true or false`);
    return text === 'true';
  }
  try {
    return option.parseArg ? option.parseArg(text, undefined) : text;
  } catch (cause) {
    throw new Error(`--grid: ${name} is ${text}: ${(cause as Error).message}`, { cause });
  }
}

/** A point per combination and category. */
async function pointsOf(flags: SweepFlags, options: readonly Option[], out: string): Promise<SweepPoint[]> {
  const { name: dataset, options: given } = datasetOf(flags);
  const { categories, trainFraction } = given;
  const root = given.root && resolve(given.root);
  const places = given.places && placesFrom(root, given.places);
  const points: SweepPoint[] = [];
  const checksums = new Map<string, string | undefined>();
  const dataOf = new Map<number, Pick<SweepPoint, 'category' | 'dataSha256'>[]>();
  for (const chosen of combinations(flags.grid, options)) {
    const configuration = configurationOf(await withIgnored({ ...flags, ...chosen }));
    const { backbone, weights, seed } = configuration;
    const source = JSON.stringify([backbone, weights]);
    if (!checksums.has(source)) checksums.set(source, await weightsChecksum(configuration));
    if (!dataOf.has(seed)) {
      const opened = await openDatasets(dataset, { root, categories, trainFraction, places, seed });
      const own = opened.map(async (data) => ({ category: data.name, dataSha256: await dataChecksum(data) }));
      dataOf.set(seed, await Promise.all(own));
    }
    for (const data of dataOf.get(seed)!) {
      points.push({
        ...data,
        dataset,
        root,
        trainFraction,
        places,
        configuration: { ...configuration, weights: weights && resolve(weights) },
        weightsSha256: checksums.get(source),
        out,
      });
    }
  }
  return points;
}

async function run(flags: SweepFlags, command: Command, signal: AbortSignal): Promise<void> {
  const { queue, workers } = flags;
  const out = resolve(flags.out);
  const points = await pointsOf(flags, command.options, out);
  if (queue === undefined) await tellMissingEngine(flags.engine);
  const { onProgress, end } = showProgress();
  const runner = queue ? queueRunner(queue) : workerThreads(workers);
  const onWait = onChange((reason) => reason && console.error(reason));
  const records = await sweep(points, { out, run: runner, onProgress, onWait, signal }).finally(end);
  const failed = records.filter(({ status }) => status === 'failed');
  for (const { category: name, id, error } of failed) console.error(`${name}, point ${id}: ${error}`);
  const { head, rows } = compareTable(compareRuns(records));
  console.log(textTable(head, rows));
  console.log(`\nruns  ${out}/runs.duckdb`);
  if (failed.length > 0)
    throw new Error(`${failed.length} of ${records.length} points failed; the same command tries them again`);
}
