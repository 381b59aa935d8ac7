import { join } from 'node:path';
import { loadBackbone } from '../features';
import { type Dataset, type LongWork, writeFileAtomically } from '../images';
import { type Configuration, checkConfiguration } from './configuration';
import { type CategoryResult, runExperiment } from './experiment';
import { renderReport } from './report';
import { summaryOf, writeMapsAndOverlays } from './result-files';

/** Parameters of {@link runAll}. */
export interface RunOptions extends LongWork {
  /** Folder that the results are written to. */
  out: string;
  /** Title of the report. */
  title: string;
}

/**
 * Runs an experiment on every category and writes `results.json`, anomaly maps, overlays and `report.html`. The results so far
 * are written after every category, so that an interruption loses none of them.
 *
 * @returns the results and the paths of what was written
 * @throws as {@link runExperiment} does; Error naming the path when something cannot be written
 */
export async function runAll(
  datasets: readonly Dataset[],
  configuration: Configuration,
  { out, title, ...work }: RunOptions,
): Promise<{ results: CategoryResult[]; report: string; json: string }> {
  checkConfiguration(configuration);
  const network = await loadBackbone(configuration.backbone, configuration.weights ?? undefined);
  const json = join(out, 'results.json');
  const report = join(out, 'report.html');
  const results: CategoryResult[] = [];
  for (const dataset of datasets) {
    const result = await runExperiment(dataset, network, configuration, work);
    results.push(result);
    const content = {
      configuration,
      weightsSha256: network.weightsSha256 ?? null,
      environment: { node: process.version, platform: `${process.platform}-${process.arch}` },
      categories: results.map(summaryOf),
    };
    await writeFileAtomically(json, `${JSON.stringify(content, null, 2)}\n`);
    await writeMapsAndOverlays(out, result, configuration, work);
  }
  await writeFileAtomically(report, await renderReport(results, configuration, title));
  return { results, report, json };
}
