import type { Sample, SkippedSample } from '../images';
import type { ExtractorLevel } from './extract';
import type { ExtractedBatch } from './extract-batches';
import { type FeatureSource, sourceOf } from './feature-source';
import { createFeatureMatrix } from '../matrix';

/** Features of those samples of a list that could be used. */
export interface StoredFeatures {
  samples: readonly Sample[];
  /** Where each of `samples` stands in the list. */
  indices: readonly number[];
  skipped: readonly SkippedSample[];
  /** A source per level. */
  maps: readonly FeatureSource[];
  /** Lets go of them: they must not be read any more. */
  close(): Promise<void>;
}

/** Samples whose features are wanted, and how to compute them. */
export interface FeatureRequest {
  /** Decides the features beside the image: the weights, and the parameters of the extraction. */
  key: string;
  /** What the key stands for, as plain data, for a store whose features other processes compute. */
  recipe?: object;
  levels: readonly ExtractorLevel[];
  samples: readonly Sample[];
  /** Computes the features of some samples, in batches in order; those that cannot be used are told. */
  extract(
    samples: readonly Sample[],
    onSkip?: (skipped: SkippedSample) => void,
  ): AsyncIterable<Pick<ExtractedBatch, 'samples' | 'maps'>>;
}

/** Computes features, or knows them already, and keeps them until they are closed or for longer. */
export interface FeatureStore {
  /** @throws Error when no sample can be used */
  open(request: FeatureRequest): Promise<StoredFeatures>;
}

/** Computes all features, and keeps them in memory. */
export const memoryFeatureStore: FeatureStore = {
  async open({ levels, samples, extract }) {
    const maps = levels.map(({ level, height, width, channels, placement }) => {
      const features = createFeatureMatrix(samples.length * height * width, channels);
      return { level, count: 0, height, width, placement, features };
    });
    const used: Sample[] = [];
    const skipped: SkippedSample[] = [];
    for await (const batch of extract(samples, (one) => void skipped.push(one))) {
      for (const [at, { features, height, width }] of batch.maps.entries())
        maps[at].features.data.set(features.data, used.length * height * width * features.cols);
      used.push(...batch.samples);
    }
    assertUsable(used);
    for (const map of maps) {
      const { cols, data } = map.features;
      const rows = used.length * map.height * map.width;
      map.count = used.length;
      map.features = createFeatureMatrix(rows, cols, data.subarray(0, rows * cols));
    }
    const indices = indicesIn(samples, used);
    return { samples: used, indices, skipped, maps: maps.map(sourceOf), close: async () => undefined };
  },
};

/** Where samples stand in a list that holds them, both in the same order. */
export function indicesIn(all: readonly Sample[], used: readonly Sample[]): number[] {
  let from = 0;
  return used.map((sample) => (from = all.indexOf(sample, from) + 1) - 1);
}

/** @throws Error when no sample could be used */
export function assertUsable(used: readonly unknown[]): void {
  if (used.length === 0)
    throw new Error('none of the images could be used; the reports of skipped images say why');
}
