import { join } from 'node:path';
import { loadBackbone } from '../features';
import { type Dataset, type LongWork, writeFileAtomically } from '../images';
import { type Configuration, checkConfiguration } from './configuration';
import { type CategoryResult, runExperiment } from './experiment';
import { memoryBankOf } from './memory-bank';
import { renderReport } from './report';
import { summaryOf, writeMapsAndOverlays } from './result-files';
import { environmentOf, recordOf } from './run-record';
import { openRunStore } from './run-store';

/** Parameters of {@link runAll}. */
export interface RunOptions extends LongWork {
  /** What the runs are recorded under. */
  dataset: { name: string; root: string | null; trainFraction: number | null };
  /** Folder that the results are written to. */
  out: string;
  /** Title of the report. */
  title: string;
  /** Also write every category's memory bank, to `banks/CATEGORY.safetensors`. Default false. */
  bank?: boolean;
}

/**
 * Runs an experiment on every category and writes `results.json`, anomaly maps, overlays and `report.html`,
 * and records every category in `runs.duckdb`. The results so far
 * are written after every category, so that an interruption loses none of them.
 *
 * @returns the results and the paths of what was written
 * @throws as {@link runExperiment} does; Error naming the path when something cannot be written
 */
export async function runAll(
  datasets: readonly Dataset[],
  configuration: Configuration,
  { dataset: source, out, title, bank = false, ...work }: RunOptions,
): Promise<{ results: CategoryResult[]; report: string; json: string }> {
  checkConfiguration(configuration);
  const network = await loadBackbone(configuration.backbone, configuration.weights ?? undefined);
  const json = join(out, 'results.json');
  const report = join(out, 'report.html');
  const results: CategoryResult[] = [];
  const weightsSha256 = network.weightsSha256 ?? null;
  const store = await openRunStore(out, 'write');
  try {
    for (const dataset of datasets) {
      const result = await runExperiment(dataset, network, configuration, work);
      results.push(result);
      const { name, root, trainFraction } = source;
      const experiment = {
        dataset: name,
        root,
        category: result.name,
        trainFraction,
        configuration,
        weightsSha256,
      };
      await store.record(recordOf(experiment, result));
      const content = {
        configuration,
        weightsSha256,
        environment: environmentOf(result.engine),
        categories: results.map(summaryOf),
      };
      await writeFileAtomically(json, `${JSON.stringify(content, null, 2)}\n`);
      await writeMapsAndOverlays(out, result, configuration, work);
      if (bank) {
        await memoryBankOf(result, configuration, network).save(
          join(out, 'banks', `${result.name}.safetensors`),
        );
      }
    }
  } finally {
    store.close();
  }
  await writeFileAtomically(report, await renderReport(results, configuration, title));
  return { results, report, json };
}
