import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { loadBackbone } from '../features';
import { type LongWork, writeFileAtomically } from '../images';
import type { Configuration } from './configuration';
import { type DatasetName, hasCategories, openDatasets } from './datasets';
import { runExperiment } from './experiment';
import { summaryOf } from './result-files';
import { experimentId, type Experiment, recordOf, type RunRecord } from './run-record';

/** An experiment of a sweep: all that another process needs to run it. */
export interface SweepPoint extends Experiment {
  dataset: DatasetName;
  /** Folder of the sweep. */
  out: string;
}

/** The folder that a point's results go to. */
export function pointFolder(point: SweepPoint): string {
  return join(point.out, 'points', experimentId(point));
}

/**
 * Runs a point of a sweep and writes its `results.json`: configuration, environment, scores and timings.
 *
 * @throws as {@link runExperiment} does; Error when the weights are not those that the sweep began with
 */
export async function runPoint(point: SweepPoint, work: LongWork = {}): Promise<RunRecord> {
  const { dataset: name, root, category, trainFraction, configuration } = point;
  const split = { trainFraction: trainFraction ?? undefined, seed: configuration.seed };
  const categories = hasCategories(name) ? [category] : undefined;
  const [dataset] = await openDatasets(name, root ?? undefined, categories, split);
  const network = await loadBackbone(configuration.backbone, configuration.weights ?? undefined);
  if ((network.weightsSha256 ?? null) !== point.weightsSha256) {
    throw new Error(
      `${configuration.weights} has SHA-256 ${network.weightsSha256}; the sweep began with ${point.weightsSha256}`,
    );
  }
  const result = await runExperiment(dataset, network, configuration, work);
  const record = recordOf(point, result);
  const content = { record, category: summaryOf(result) };
  await writeFileAtomically(
    join(pointFolder(point), 'results.json'),
    `${JSON.stringify(content, null, 2)}\n`,
  );
  return record;
}

/** SHA-256 of a weights file; null without one. */
export async function weightsChecksum({ weights }: Configuration): Promise<string | null> {
  if (!weights) return null;
  const hash = createHash('sha256');
  await pipeline(createReadStream(weights), hash);
  return hash.digest('hex');
}
