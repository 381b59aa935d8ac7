import { rm, rmdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { LongWork } from '../base';
import type { FeatureRecipe } from '../detector';
import type { FeatureRequest, FeatureStore } from '../features';
import { assertWritableFolder, folderFeatureStore } from '../files';
import { contentId } from './content-id';
import { type FeatureTask, parseFeatureAnswer } from './feature-task';
import { type JobEnd, type JobOptions, runJobs } from './run-jobs';

/** Images of a task. */
const imagesPerTask = 32;

/** Options of {@link queueFeatureStore}. */
export interface QueueFeatureOptions extends JobOptions, Pick<LongWork, 'onProgress'> {
  /** Told why a worker did not compute the features of some images; they are then computed here. */
  onFailure: (reason: string) => void;
}

/**
 * Features that the workers of a Redis queue compute, see {@link runJobs}, as files of a folder that they share with this process. A task
 * names images by their paths, and its features by the images' content: one that is done again, since its worker was killed, finds
 * what is there already, and whatever workers did not compute is computed here. The folder goes when the features are closed; what a run
 * left that was stopped is taken up by the next one.
 *
 * @param url `redis://host:port` or, with TLS, `rediss://host:port`
 * @param folder where all workers can write
 */
export function queueFeatureStore(
  url: string,
  folder: string,
  { onFailure, onProgress, ...options }: QueueFeatureOptions,
): FeatureStore {
  return {
    async open(request) {
      const own = resolve(folder, contentId([request.key, request.samples.map(({ path }) => resolve(path))]));
      await assertWritableFolder(own);
      const jobs = new Map(tasksOf(request, own).map((task) => [`features-${contentId(task)}`, task]));
      let done = 0;
      const onEnd = async (_id: string, end: JobEnd) => {
        const reason = failureOf(end);
        if (reason !== undefined) onFailure(reason);
        onProgress?.({ stage: 'tasks of workers', done: ++done, total: jobs.size });
      };
      await runJobs(url, { kind: 'features', jobs }, onEnd, options);
      const opened = await folderFeatureStore(own, Infinity).open(request);
      const close = async () => {
        await rm(own, { recursive: true, force: true });
        // Features of other images may be there.
        await rmdir(folder).catch(() => undefined);
      };
      return { ...opened, close };
    },
  };
}

/** Images in files, a few at a time; those in memory stay with this process. */
function tasksOf({ samples, recipe }: FeatureRequest, folder: string): FeatureTask[] {
  const images = samples.filter(({ pixels }) => !pixels).map(({ path }) => resolve(path));
  const { configuration, weightsSha256 } = recipe as FeatureRecipe;
  const { weights } = configuration;
  const tasks: FeatureTask[] = [];
  for (let start = 0; start < images.length; start += imagesPerTask)
    tasks.push({
      configuration: { ...configuration, weights: weights && resolve(weights) },
      weightsSha256,
      images: images.slice(start, start + imagesPerTask),
      folder,
    });
  return tasks;
}

function failureOf({ returnvalue, failedReason }: JobEnd): string | undefined {
  if (failedReason) return failedReason;
  try {
    parseFeatureAnswer(returnvalue);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
