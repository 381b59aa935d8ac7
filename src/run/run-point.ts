import { join } from 'node:path';
import type { LongWork } from '../base';
import { isEmbedded } from '../features';
import { type Configuration, evaluate, fitDetector, networkOf } from '../detector';
import {
  type DatasetName,
  embeddedWeightsPath,
  folderFeatureStore,
  hasCategories,
  openDatasets,
  writeFileAtomically,
} from '../files';
import type { FolderPlaces } from '../images';
import { summaryOf } from './category-summary';
import { dataChecksum } from './data-checksum';
import { fileChecksum } from './file-checksum';
import { type Experiment, experimentId, recordOf, type RunRecord } from './run-record';

/** One configuration on one category, as a sweep runs it: all that another process needs. */
export interface SweepPoint extends Experiment {
  dataset: DatasetName;
  /** The folders of a data set of `folders`. */
  places?: FolderPlaces;
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
 * @throws as {@link fitDetector} and {@link evaluate} do; Error when the weights are not those that the sweep began with
 */
export async function runPoint(point: SweepPoint, work: LongWork = {}): Promise<RunRecord> {
  const { dataset: name, root, category, trainFraction, places, configuration } = point;
  const categories = hasCategories(name) ? [category] : undefined;
  const [dataset] = await openDatasets(name, {
    root,
    categories,
    trainFraction,
    places,
    seed: configuration.seed,
  });
  if (point.dataSha256 !== undefined && point.dataSha256 !== (await dataChecksum(dataset))) {
    throw new Error(
      `the images of ${category} in ${root ?? name} are not those that the sweep began with: give every machine the same files`,
    );
  }
  const network = await networkOf(configuration);
  if (network.weightsSha256 !== point.weightsSha256) {
    throw new Error(
      `${configuration.weights ?? configuration.backbone} has SHA-256 ${network.weightsSha256}; the sweep began with ${point.weightsSha256}`,
    );
  }
  const detector = await fitDetector(dataset, configuration, {
    ...work,
    network,
    store: folderFeatureStore(),
  });
  try {
    const summary = summaryOf(detector, await evaluate(detector, dataset, work));
    const record = recordOf(point, summary);
    const content = `${JSON.stringify({ record, category: summary }, null, 2)}\n`;
    await writeFileAtomically(join(pointFolder(point), 'results.json'), content);
    return record;
  } finally {
    await detector.dispose();
  }
}

/** SHA-256 of a backbone's weights file; undefined for one without weights. */
export async function weightsChecksum({
  backbone,
  weights = isEmbedded(backbone) ? embeddedWeightsPath(backbone) : undefined,
}: Pick<Configuration, 'backbone' | 'weights'>): Promise<string | undefined> {
  if (!weights) return undefined;
  return fileChecksum(weights, 'weights');
}
