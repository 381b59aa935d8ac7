import { resolve } from 'node:path';
import { Command, InvalidArgumentError, type Option } from 'commander';
import {
  type Configuration,
  compareRuns,
  compareTable,
  openDatasets,
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
} from './configuration-flags';
import { number } from './number';
import { showProgress } from './progress';
import { textTable } from './table';

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
    .description('run a grid of parameters on every category; a sweep that was stopped goes on where it was')
    .requiredOption('--out <dir>', 'folder for the results')
    .requiredOption(
      '--grid <parameter=values>',
      'values of a parameter, e.g. exemplars=10,50 or solver=ridge,omp or levels=2,2+3; repeat it for a grid',
      gridAxis,
    )
    .option('--workers <count>', 'points at a time (default: one for every two processors)', number)
    .option('--queue <url>', 'run the points on the workers of a Redis, redis://host:port (spanlab worker)');
  addConfigurationOptions(addDatasetOptions(command));
  return command.action((flags: SweepFlags) => run(flags, command, signal));
}

/** All combinations of the grid's values, as flags; values are checked as on the command line. */
function combinations(axes: readonly GridAxis[], options: readonly Option[]): Record<string, unknown>[] {
  return axes.reduce<Record<string, unknown>[]>(
    (chosen, { flag, values }) => {
      const option = options.find(({ long }) => long === flag);
      if (!option || ['--out', '--grid', '--workers', '--queue', '--root', '--dataset'].includes(flag)) {
        throw new Error(`--grid: ${flag.slice(2)} is not a parameter; \`spanlab sweep --help\` lists them`);
      }
      const parsed = values.map((value) => {
        const text = flag === '--levels' ? value.replaceAll('+', ',') : value;
        if (!option.required) {
          if (text !== 'true' && text !== 'false')
            throw new Error(`--grid: ${flag.slice(2)} is ${text}; expected true or false`);
          return text === 'true';
        }
        try {
          return option.parseArg ? option.parseArg(text, undefined) : text;
        } catch (cause) {
          throw new Error(`--grid: ${flag.slice(2)} is ${text}: ${(cause as Error).message}`, { cause });
        }
      });
      return chosen.flatMap((flags) =>
        parsed.map((value) => ({ ...flags, [option.attributeName()]: value })),
      );
    },
    [{}],
  );
}

async function run(flags: SweepFlags, command: Command, signal: AbortSignal): Promise<void> {
  const { dataset, root, category, trainFraction, queue, workers, grid } = flags;
  const out = resolve(flags.out);
  const configurations = combinations(grid, command.options).map((chosen): Configuration =>
    configurationOf({ ...flags, ...chosen }),
  );
  const points: SweepPoint[] = [];
  const checksums = new Map<string | null, string | null>();
  for (const configuration of configurations) {
    const { weights } = configuration;
    if (!checksums.has(weights)) checksums.set(weights, await weightsChecksum(configuration));
    const split = { trainFraction, seed: configuration.seed };
    for (const { name } of await openDatasets(dataset, root, category, split)) {
      points.push({
        dataset,
        root: root ? resolve(root) : null,
        category: name,
        trainFraction: trainFraction ?? null,
        configuration: { ...configuration, weights: weights && resolve(weights) },
        weightsSha256: checksums.get(weights)!,
        out,
      });
    }
  }
  const { onProgress, end } = showProgress();
  const runner = queue ? queueRunner(queue) : workerThreads(workers);
  const records = await sweep(points, { out, run: runner, onProgress, signal }).finally(end);
  const failed = records.filter(({ status }) => status === 'failed');
  for (const { category: name, id, error } of failed) console.error(`${name}, point ${id}: ${error}`);
  const { head, rows } = compareTable(compareRuns(records));
  console.log(textTable(head, rows));
  console.log(`\nruns  ${out}/runs.duckdb`);
  if (failed.length > 0)
    throw new Error(
      `${failed.length} of ${records.length} points failed; they are tried again by the same command`,
    );
}
