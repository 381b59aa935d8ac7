import { resolve } from 'node:path';
import { Command } from 'commander';
import { openDatasets, runAll, scoresTable } from '../run';
import {
  addConfigurationOptions,
  addDatasetOptions,
  type ConfigurationFlags,
  configurationOf,
  type DatasetFlags,
} from './configuration-flags';
import { showProgress } from './progress';
import { textTable } from './table';

interface RunFlags extends DatasetFlags, ConfigurationFlags {
  out: string;
  bank?: boolean;
}

/** `spanlab run`. */
export function runCommand(signal: AbortSignal): Command {
  const command = new Command('run')
    .description('the whole method on a data set: scores, anomaly maps, overlays and a report')
    .requiredOption('--out <dir>', 'folder for the results')
    .option('--bank', "also write every category's memory bank, for `spanlab score`");
  addConfigurationOptions(addDatasetOptions(command));
  return command.action((flags: RunFlags) => run(flags, signal));
}

async function run(flags: RunFlags, signal: AbortSignal): Promise<void> {
  const configuration = configurationOf(flags);
  const { dataset, root, category, trainFraction, out } = flags;
  const split = { trainFraction, seed: configuration.seed };
  const datasets = await openDatasets(dataset, root, category, split);
  const { onProgress, end } = showProgress();
  const { results, report, json } = await runAll(datasets, configuration, {
    dataset: { name: dataset, root: root ? resolve(root) : null, trainFraction: trainFraction ?? null },
    out,
    title: `spanlab: ${dataset}`,
    bank: flags.bank,
    onProgress,
    signal,
  }).finally(end);
  for (const { name, notices, skipped } of results) {
    for (const notice of notices) console.error(`${name}: ${notice}`);
    for (const { reason } of skipped) console.error(`${name}: skipped: ${reason}`);
  }
  const { head, rows } = scoresTable(results);
  console.log(textTable(head, rows));
  console.log(`\nresults  ${json}\nreport   ${report}`);
}
