import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { describeUnused, openDatasets } from '../files';
import { runAll, scoresTable } from '../run';
import {
  addConfigurationOptions,
  addDatasetOptions,
  type ConfigurationFlags,
  configurationOf,
  type DatasetFlags,
  datasetOf,
} from './configuration-flags';
import { showProgress } from './progress';
import { textTable } from './table';
import { tellMissingEngine } from './tell-missing-engine';

interface RunFlags extends DatasetFlags, ConfigurationFlags {
  out: string;
  bank?: boolean;
}

/** `spanlab run`. */
export function runCommand(signal: AbortSignal): Command {
  const command = new Command('run')
    .description('run the whole method on a data set: writes scores, anomaly maps, overlays and a report')
    .requiredOption('--out <dir>', 'folder for the results')
    .option('--bank', "also write every category's memory bank, for `spanlab score`");
  addConfigurationOptions(addDatasetOptions(command));
  return command.action((flags: RunFlags) => run(flags, signal));
}

async function run(flags: RunFlags, signal: AbortSignal): Promise<void> {
  const configuration = configurationOf(flags);
  const { out, bank } = flags;
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
