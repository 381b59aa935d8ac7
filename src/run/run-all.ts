import { join } from 'node:path';
import { type LongWork, runStage } from '../base';
import { checkConfiguration, type Configuration, evaluate, fitDetector, networkOf } from '../detector';
import type { FeatureStore, Network } from '../features';
import { assertWritableFolder, clipName, writeFileAtomically } from '../files';
import type { Dataset, SkippedSample } from '../images';
import type { ReportCategory } from '../browser/report/report-data';
import { type CategorySummary, summaryOf } from './category-summary';
import { dataChecksum } from './data-checksum';
import { renderReport } from './report';
import { reportSection } from './report-section';
import { environmentOf, recordOf } from './run-record';
import { openRunStore, type RunStore } from './run-store';
import { writeMapsAndOverlays } from './write-maps-and-overlays';

/** Parameters of {@link runAll}. */
export interface RunOptions extends LongWork {
  /** Identifies the runs in their records. */
  dataset: { name: string; root?: string; trainFraction?: number };
  /** Folder that the results are written to. */
  out: string;
  /** Title of the report. */
  title: string;
  /** Also write every category's memory bank, to `banks/CATEGORY.safetensors`, where a name that is too long is clipped. Default false. */
  bank?: boolean;
  /** Where features are kept. Default: in memory. */
  store?: FeatureStore;
  /** Bytes that fitting may take. Default: no limit. */
  memory?: number;
}

/**
 * Fits and evaluates a detector on every category, and writes `results.json`, anomaly maps, overlays and `report.html`. Every
 * category is recorded in `runs.duckdb`. The results so far are written after every category, so that an interruption loses none
 * of them.
 *
 * @returns the categories' summaries and the paths of what was written
 * @throws as {@link fitDetector} and {@link evaluate} do; Error naming the path when something cannot be written
 */
export async function runAll(
  datasets: readonly Dataset[],
  configuration: Configuration,
  options: RunOptions,
): Promise<{ categories: CategorySummary[]; report: string; json: string }> {
  checkConfiguration(configuration);
  const { out, title } = options;
  await assertWritableFolder(out);
  const network = await networkOf(configuration);
  const json = join(out, 'results.json');
  const report = join(out, 'report.html');
  const categories: { summary: CategorySummary; section: ReportCategory }[] = [];
  const store = await openRunStore(out, 'write');
  try {
    // Unreadable files are reported before anything is computed.
    await store.all();
    for (const dataset of datasets) {
      const run = () => runCategory(dataset, configuration, { ...options, network, runs: store });
      categories.push(await runStage(options, { stage: 'category', part: dataset.name }, run));
      const content = {
        configuration,
        weightsSha256: network.weightsSha256,
        environment: environmentOf(categories[0].summary.engine),
        categories: categories.map(({ summary }) => summary),
      };
      await writeFileAtomically(json, `${JSON.stringify(content, null, 2)}\n`);
    }
  } finally {
    store.close();
  }
  await runStage(options, { stage: 'report' }, async () =>
    writeFileAtomically(report, await renderReport({ title, configuration, categories })),
  );
  return { categories: categories.map(({ summary }) => summary), report, json };
}

async function runCategory(
  dataset: Dataset,
  configuration: Configuration,
  {
    network,
    runs,
    out,
    bank = false,
    store,
    memory,
    dataset: source,
    onProgress,
    signal,
    inStage,
  }: RunOptions & { network: Network; runs: RunStore },
): Promise<{ summary: CategorySummary; section: ReportCategory }> {
  const work: LongWork = {
    signal,
    inStage,
    onProgress:
      onProgress && ((progress) => onProgress({ ...progress, stage: `${dataset.name}: ${progress.stage}` })),
  };
  const detector = await fitDetector(dataset, configuration, { ...work, network, store, memory });
  try {
    const evaluation = await evaluate(detector, dataset, work);
    const summary = summaryOf(detector, evaluation);
    const { weightsSha256 } = network;
    const { name, ...place } = source;
    const dataSha256 = await dataChecksum(dataset);
    await runs.record(
      recordOf(
        { ...place, dataset: name, category: dataset.name, configuration, weightsSha256, dataSha256 },
        summary,
      ),
    );
    const onSkip = (skipped: SkippedSample) => void summary.skipped.push(skipped);
    await runStage(work, { stage: 'pictures' }, () =>
      writeMapsAndOverlays(evaluation, {
        ...work,
        folder: out,
        configuration: detector.configuration,
        range: detector.heatRange,
        onSkip,
      }),
    );
    if (bank) {
      const path = join(out, 'banks', `${clipName(dataset.name, '.safetensors'.length)}.safetensors`);
      await runStage(work, { stage: 'saving' }, () => detector.save(path));
    }
    const section = await runStage(work, { stage: 'report' }, () =>
      reportSection(detector, evaluation, onSkip),
    );
    return { summary, section };
  } finally {
    await detector.dispose();
  }
}
