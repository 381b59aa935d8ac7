import { array, object, optional, strictObject, string } from 'valibot';
import { invalid, parseAs } from '../base';
import { configurationSchema, type FeatureRecipe, networkOf, openFeatures } from '../detector';
import { createExtractor } from '../features';
import { folderFeatureStore } from '../files';
import type { Sample } from '../images';

/** Images whose features a worker computes: all that another process needs. */
export interface FeatureTask extends FeatureRecipe {
  /** Absolute paths of the images. */
  images: string[];
  /** Folder of the features. */
  folder: string;
}

/** What a worker tells of a task: the images that could not be used. */
export interface FeatureAnswer {
  skipped: string[];
}

const taskSchema = strictObject({
  configuration: configurationSchema,
  weightsSha256: optional(string()),
  images: array(string()),
  folder: string(),
});

const answerSchema = object({ skipped: array(string()) });

/**
 * Checks a task that another machine sent.
 *
 * @throws RangeError naming the field, its value and what was expected
 */
export function parseFeatureTask(value: unknown): FeatureTask {
  const { configuration, ...task } = parseAs(taskSchema, value, 'task');
  const { size } = configuration;
  if (size === 'auto') throw invalid({ size }, 'a size in pixels');
  return { ...task, configuration: { ...configuration, size } };
}

/**
 * Checks what a worker answered to a task.
 *
 * @throws RangeError naming the field, its value and what was expected
 */
export function parseFeatureAnswer(value: unknown): FeatureAnswer {
  return parseAs(answerSchema, value, 'answer');
}

/**
 * Computes the features of a task's images that are not in its folder yet, and keeps them there.
 *
 * @throws Error when the weights are not the task's, or features cannot be written
 */
export async function runFeatureTask(task: FeatureTask): Promise<FeatureAnswer> {
  const { configuration, weightsSha256, folder } = task;
  const network = await networkOf(configuration);
  if (network.weightsSha256 !== weightsSha256)
    throw new Error(
      `${configuration.weights ?? configuration.backbone} has SHA-256 ${network.weightsSha256}; the run began with ${weightsSha256}`,
    );
  const extractor = await createExtractor(network, configuration);
  try {
    const samples = task.images.map(nominalSample);
    const store = folderFeatureStore(folder, Infinity);
    const options = { configuration, weightsSha256, work: {}, store };
    const { skipped, close } = await openFeatures(extractor, samples, options);
    await close();
    return { skipped: skipped.map(({ path }) => path) };
  } finally {
    await extractor.dispose();
  }
}

function nominalSample(path: string): Sample {
  return { path, split: 'train', label: 'nominal', defect: 'good', maskPath: null };
}
