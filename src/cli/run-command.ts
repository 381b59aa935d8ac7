import { totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { numberIn } from '../base';
import { describeUnused, folderFeatureStore, openDatasets, temporaryFeatureStore } from '../files';
import { runAll, scoresTable } from '../run';
import {
  addConfigurationOptions,
  addDatasetOptions,
  type ConfigurationFlags,
  configurationOf,
  type DatasetFlags,
  datasetOf,
  withIgnored,
} from './configuration-flags';
import { number } from './number';
import { showProgress } from './progress';
import { textTable } from './table';
import { tellMissingEngine } from './tell-missing-engine';

interface RunFlags extends DatasetFlags, ConfigurationFlags {
  out: string;
  bank?: boolean;
  cache: boolean;
  memory?: number;
}

/** `spanlab run`. */
export function runCommand(signal: AbortSignal): Command {
  const command = new Command('run')
    .description('run the whole method on a data set: writes scores, anomaly maps, overlays and a report')
    .requiredOption('--out <dir>', 'folder for the results')
    .option('--bank', "also write every category's memory bank, for `spanlab score`")
    .option('--no-cache', 'compute all features, and keep none of them afterwards')
    .option(
      '--memory <gigabytes>',
      'memory that fitting may take; more is refused before it begins (default: half of what the machine has)',
      number,
    );
  addConfigurationOptions(addDatasetOptions(command));
  return command.action((flags: RunFlags) => run(flags, signal));
}

async function run(flags: RunFlags, signal: AbortSignal): Promise<void> {
  const configuration = configurationOf(await withIgnored(flags));
  const { out, bank, cache } = flags;
  const { memory = totalmem() / 2e9 } = flags;
  numberIn({ memory }, { above: 0 });
  const { name: layout, options } = datasetOf(flags);
  const { root, trainFraction } = options;
  const datasets = await openDatasets(layout, { ...options, seed: configuration.seed });
  await tellMissingEngine(flags.engine);
  const { onProgress, end } = showProgress();
  const ran = await runAll(datasets, configuration, {
    dataset: { name: layout, root: root && resolve(root), trainFraction },
    out,
    title: `spanlab: ${layout}`,
    bank,
    store: cache ? folderFeatureStore() : temporaryFeatureStore(),
    memory: 1e9 * memory,
    onProgress,
    signal,
  }).finally(end);
  for (const { name, notices, skipped } of ran.categories) {
    for (const notice of notices) console.error(`${name}: ${notice}`);
    for (const { reason } of skipped) console.error(`${name}: skipped: ${reason}`);
  }
  const { head, rows } = scoresTable(ran.categories);
  console.log(textTable(head, rows));
  console.log(`\nresults  ${ran.json}\nreport   ${ran.report}`);
  if (bank) console.log(`banks    ${join(out, 'banks')}`);
  for (const line of describeUnused(datasets.flatMap(({ unused = [] }) => unused))) console.error(line);
}
