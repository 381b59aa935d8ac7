import { join } from 'node:path';
import { Command } from 'commander';
import { changesFrom, type Configuration, configurationFlagsOf, fitDetector } from '../detector';
import { assertWritableFolder, clipName, hasCategories, openDatasets, temporaryFeatureStore } from '../files';
import type { Dataset } from '../images';
import { tune, type Tuning } from '../run';
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

interface TuneFlags extends DatasetFlags, ConfigurationFlags {
  save?: string;
}

/** `spanlab tune`. */
export function tuneCommand(signal: AbortSignal): Command {
  const command = new Command('tune')
    .description(
      'choose image size and granularities without labels: defects are pasted into nominal images, and the configuration that finds them best is named',
    )
    .option(
      '--save <dir>',
      'also fit what was chosen on all nominal images, and write the memory banks there',
    );
  addConfigurationOptions(addDatasetOptions(command));
  return command.action((flags: TuneFlags) => run(flags, signal));
}

async function run(flags: TuneFlags, signal: AbortSignal): Promise<void> {
  const configuration = configurationOf(flags);
  const { name, options } = datasetOf(flags);
  const datasets = await openDatasets(name, { ...options, seed: configuration.seed });
  if (flags.save) await assertWritableFolder(flags.save);
  await tellMissingEngine(flags.engine);
  for (const dataset of datasets) {
    const { onProgress, end } = showProgress();
    const told: typeof onProgress = (report) =>
      onProgress({ ...report, stage: `${dataset.name}: ${report.stage}` });
    const tuning = await tune(dataset, configuration, { onProgress: told, signal }).finally(end);
    console.log(`${dataset.name}\n${tableOf(tuning)}\n`);
    console.log(`${commandFor(dataset, tuning.best.configuration, flags)}\n`);
    if (flags.save) {
      const path = await saveBank(dataset, tuning.best.configuration, flags.save, signal);
      console.log(`bank     ${path}\n`);
    }
  }
}

function tableOf({ tried, best }: Tuning): string {
  const head = ['on pasted defects', 'pixel AP', 'pixel AUROC', 'image AUROC', ''];
  const rows = tried.map((one) => [
    configurationFlagsOf(one.changes).join(' '),
    ...[one.averagePrecision, one.auroc, one.imageAuroc].map((value) => value.toFixed(4)),
    one === best ? 'chosen' : '',
  ]);
  return textTable(head, rows);
}

/** The command line that runs the method as it was chosen. */
function commandFor({ name }: Dataset, configuration: Configuration, flags: TuneFlags): string {
  const { dataset, root, trainFraction, nominal, validation, test, masks } = flags;
  const category = hasCategories(datasetOf(flags).name) ? name : undefined;
  const data = Object.entries({ dataset, root, nominal, validation, test, masks, category, trainFraction });
  const given = data.flatMap(([flag, value]) =>
    value === undefined
      ? []
      : [flag === 'trainFraction' ? '--train-fraction' : `--${flag}`, ...[value].flat()],
  );
  const words = [...given, ...configurationFlagsOf(changesFrom(configuration)), '--out', 'RESULTS'];
  return `spanlab run ${words.map((word) => quoted(String(word))).join(' ')}`;
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w./:,=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

async function saveBank(
  dataset: Dataset,
  configuration: Configuration,
  folder: string,
  signal: AbortSignal,
): Promise<string> {
  const { onProgress, end } = showProgress();
  const options = { store: temporaryFeatureStore(), onProgress, signal };
  const detector = await fitDetector(dataset, configuration, options).finally(end);
  const path = join(folder, `${clipName(dataset.name, '.safetensors'.length)}.safetensors`);
  try {
    await detector.save(path);
  } finally {
    await detector.dispose();
  }
  return path;
}
