import { totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { type LongWork, numberIn, runStage } from '../base';
import type { FeatureStore } from '../features';
import { describeUnused, folderFeatureStore, openDatasets, temporaryFeatureStore } from '../files';
import { listNotices, queueFeatureStore, runAll, scoresTable } from '../run';
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
import { onChange } from './on-change';
import { profileHelp, profileTo } from './profile-to';
import { showProgress } from './progress';
import { textTable } from './table';
import { tellMissingEngine } from './tell-missing-engine';

interface RunFlags extends DatasetFlags, ConfigurationFlags {
  out: string;
  bank?: boolean;
  cache: boolean;
  memory?: number;
  redis?: string;
  profile?: string;
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
    )
    .option(
      '--redis <url>',
      'let the workers of a Redis server compute the features, redis://host:port or rediss://host:port (spanlab worker)',
    )
    .option('--profile <file>', profileHelp);
  addConfigurationOptions(addDatasetOptions(command));
  return command.action((flags: RunFlags) =>
    profileTo(flags.profile, (inStage) => run(flags, { signal, inStage })),
  );
}

async function run(flags: RunFlags, { signal, inStage }: LongWork): Promise<void> {
  const configuration = configurationOf(await withIgnored(flags));
  const { out, bank } = flags;
  const { memory = totalmem() / 2e9 } = flags;
  numberIn({ memory }, { above: 0 });
  const { name: layout, options } = datasetOf(flags);
  const { root, trainFraction } = options;
  const datasets = await runStage({ inStage }, { stage: 'data set' }, () =>
    openDatasets(layout, { ...options, seed: configuration.seed }),
  );
  await tellMissingEngine(flags.engine);
  const { onProgress, end } = showProgress();
  const ran = await runAll(datasets, configuration, {
    dataset: { name: layout, root: root && resolve(root), trainFraction },
    out,
    title: `spanlab: ${layout}`,
    bank,
    store: storeOf(flags, { onProgress, signal }),
    memory: 1e9 * memory,
    onProgress,
    signal,
    inStage,
  }).finally(end);
  for (const line of listNotices(ran.categories)) console.error(line);
  const { head, rows } = scoresTable(ran.categories);
  console.log(textTable(head, rows));
  console.log(`\nresults  ${ran.json}\nreport   ${ran.report}`);
  if (bank) console.log(`banks    ${join(out, 'banks')}`);
  for (const line of describeUnused(datasets.flatMap(({ unused = [] }) => unused))) console.error(line);
}

/** Where features are kept, and who computes them. */
function storeOf({ redis, out, cache }: RunFlags, work: LongWork): FeatureStore {
  if (redis === undefined) return cache ? folderFeatureStore() : temporaryFeatureStore();
  const tell = onChange((reason?: string) => reason && console.error(reason));
  return queueFeatureStore(redis, join(out, '.features'), {
    ...work,
    onWait: tell,
    onFailure: onChange((reason: string) =>
      console.error(`a worker did not compute features, which are computed here: ${reason}`),
    ),
  });
}
