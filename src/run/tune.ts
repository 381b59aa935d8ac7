import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LongWork } from '../base';
import { changesFrom, type Configuration, configure } from '../configuration';
import { judgeWhite } from '../detector';
import { type Dataset, samplesOf } from '../images';
import { createPipeline } from '../pipeline';
import type { GranularityName } from '../reconstruction';
import { makeTuningSet } from './tuning-set';

/** A configuration that was tried, and its scores on pasted defects. */
export interface TriedConfiguration {
  configuration: Configuration;
  /** What it changes of the configuration that was given. */
  changes: Partial<Configuration>;
  averagePrecision: number;
  auroc: number;
  imageAuroc: number;
}

/** What {@link tune} found. */
export interface Tuning {
  tried: readonly TriedConfiguration[];
  /** The one with the largest average precision; of several the first. */
  best: TriedConfiguration;
}

/** Sides of the squares whose area images have, as multiples of the configuration's. */
const sideFactors = [0.7, 1, 1.4];

/**
 * The configurations that are tried: smaller, equal and larger images, with all granularities and without each one. A size that was given
 * stays.
 */
export function tuningCandidates(base: Configuration): Partial<Configuration>[] {
  const sides: Partial<Configuration>[] =
    base.size === 'auto'
      ? sideFactors.map((factor) => ({ side: Math.round((base.side * factor) / 32) * 32 }))
      : [{}];
  const sets = withoutEach(base.granularities);
  return sides.flatMap((side) => sets.map((granularities) => ({ ...side, granularities })));
}

/** All granularities, and, of several, all but one. */
function withoutEach(all: readonly GranularityName[]): (readonly GranularityName[])[] {
  if (all.length === 1) return [all];
  return [all, ...all.map((left) => all.filter((name) => name !== left))];
}

/**
 * Chooses image size and granularities without labels: defects are pasted into nominal images that are left out, and the configuration
 * that finds their pixels best, by average precision, is taken. Granularities share features and memory banks, so that the whole costs about
 * four fits of at most 64 images.
 *
 * @param dataset of which the training images are used
 * @param base the configuration whose size and granularities are varied
 * @returns everything that was tried, in the order of {@link tuningCandidates}, and the best of it; the same for the same seed
 * @throws RangeError when there are fewer than 4 nominal images
 * @example
 * ```ts
 * const [nut] = await openDatasets('synthetic', { categories: ['nut'] });
 * const { tried, best } = await tune(nut, configure({ backbone: 'scattering', side: 64 }));
 * [tried.length, tried.includes(best)] // [3, true]
 * ```
 */
export async function tune(
  dataset: Dataset,
  base: Configuration,
  { onProgress, signal }: LongWork = {},
): Promise<Tuning> {
  const folder = await mkdtemp(join(tmpdir(), 'spanlab-tune-'));
  try {
    const { configuration: judged } = await judgeWhite(base, samplesOf(dataset, 'train'), signal);
    const { seed, black, white } = judged;
    const set = await makeTuningSet(dataset, { folder, seed, black, white, onProgress, signal });
    const pipeline = createPipeline(set);
    const candidates = tuningCandidates(base);
    const tried: TriedConfiguration[] = [];
    for (const changes of candidates) {
      const configuration = configure({ ...changesFrom(base), ...changes });
      const { pixel, image } = await pipeline.evaluate(configuration, { signal });
      tried.push({
        configuration,
        changes,
        averagePrecision: pixel!.averagePrecision,
        auroc: pixel!.auroc,
        imageAuroc: image!.auroc,
      });
      onProgress?.({ stage: 'configurations', done: tried.length, total: candidates.length });
    }
    const best = tried.reduce((most, one) => (one.averagePrecision > most.averagePrecision ? one : most));
    return { tried, best };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
