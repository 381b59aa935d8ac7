import { integerIn, type LongWork, stopIfAborted } from '../base';
import {
  emptyMask,
  type Framing,
  type LoadedSample,
  type Mask,
  type RgbImage,
  type Sample,
  sampleLoader,
  type SampleNotice,
  type Size,
  type SkippedSample,
  type ValueRange,
} from '../images';
import { createFeatureMatrix } from '../matrix';
import type { Extractor } from './extract';
import type { FeatureMaps } from './feature-maps';

/** A batch of samples with their features. */
export interface ExtractedBatch {
  samples: readonly Sample[];
  images: readonly RgbImage[];
  /** Null for an anomalous image without ground truth. */
  masks: readonly (Mask | null)[];
  maps: FeatureMaps[];
}

/** Parameters of {@link extractBatches}. */
export interface ExtractBatchesOptions extends LongWork, Omit<Framing, 'size'>, ValueRange {
  /** Images per run of the engine, a positive integer. Default 4. */
  batch?: number;
  /** Size of the masks. Default: the images'. */
  maskSize?: Size;
  /** Called for a sample that cannot be decoded; without it the iteration throws. */
  onSkip?: (skipped: SkippedSample) => void;
  /** Called for what the user should know of a sample. */
  onNotice?: (notice: SampleNotice) => void;
}

/** Batches that are decoded ahead: a run of the engine blocks the event loop, which decoding needs between its steps. */
const batchesAhead = 4;

/**
 * Decodes samples and extracts their features batch by batch; the next batches are decoded while the engine works.
 *
 * @throws RangeError when `batch` is not a positive integer; Error naming the file when a sample is broken and no `onSkip` is
 *   given
 */
export async function* extractBatches(
  extractor: Extractor,
  samples: readonly Sample[],
  options: ExtractBatchesOptions = {},
): AsyncGenerator<ExtractedBatch> {
  const { batch = 4, maskSize = extractor.size, onSkip, onNotice, onProgress, signal } = options;
  const { fit, resize, black, white } = options;
  integerIn({ batch }, [1]);
  const framing = {
    image: { size: extractor.size, fit, resize },
    mask: {
      size: maskSize,
      fit,
      resize: resize && Math.round((resize * maskSize.width) / extractor.size.width),
    },
    ...{ black, white },
  };
  const load = async (sample: Sample): Promise<LoadedSample> => {
    if (!sample.pixels) return sampleLoader.get()(sample, framing);
    const mask = sample.label === 'nominal' ? emptyMask(maskSize) : null;
    return { ...sample, image: sample.pixels, mask };
  };
  const decode = (start: number) => Promise.allSettled(samples.slice(start, start + batch).map(load));
  const upcoming: ReturnType<typeof decode>[] = [];
  let queued = 0;
  for (let start = 0; start < samples.length; start += batch) {
    stopIfAborted(signal);
    for (; queued < samples.length && upcoming.length < batchesAhead; queued += batch)
      upcoming.push(decode(queued));
    const results = await upcoming.shift()!;
    const loaded = results.flatMap((result, index) => {
      const sample = samples[start + index];
      if (result.status === 'fulfilled') return [{ ...result.value, sample }];
      if (!onSkip) throw result.reason;
      onSkip({ path: sample.path, reason: (result.reason as Error).message });
      return [];
    });
    for (const { sample, notices = [] } of loaded)
      for (const notice of notices) onNotice?.({ path: sample.path, notice });
    if (loaded.length > 0) {
      const images = loaded.map(({ image }) => image);
      const maps = await extractor.extract(images);
      // Yield the samples as they were given: the loaded ones would keep their images in memory.
      yield {
        samples: loaded.map(({ sample }) => sample),
        images,
        masks: loaded.map(({ mask }) => mask),
        maps,
      };
    }
    onProgress?.({ stage: 'images', done: Math.min(samples.length, start + batch), total: samples.length });
  }
}

/**
 * The features of all samples, one entry per level, in memory: `4 * height * width * channels` bytes per image and level. The
 * images are not kept.
 *
 * @param samples of a data set, see {@link samplesOf}
 * @param options how images become square, progress, signal, and what to do with broken images
 * @returns the samples that could be used, and their features
 * @throws Error when no sample can be used
 * @example
 * ```ts
 * const [nut] = await openDatasets('synthetic', { categories: ['nut'] });
 * const extractor = await createExtractor(await loadBackbone('scattering'), { size: 64 });
 * const { samples, maps } = await extractAll(extractor, samplesOf(nut, 'train').slice(0, 3));
 * [samples.length, maps[0].count] // [3, 3]
 * ```
 */
export async function extractAll(
  extractor: Extractor,
  samples: readonly Sample[],
  options: ExtractBatchesOptions = {},
): Promise<{ samples: Sample[]; maps: FeatureMaps[] }> {
  const maps = extractor.levels.map(({ level, height, width, channels, placement }): FeatureMaps => {
    const features = createFeatureMatrix(samples.length * height * width, channels);
    return { level, count: 0, height, width, placement, features };
  });
  const used: Sample[] = [];
  for await (const batch of extractBatches(extractor, samples, options)) {
    batch.maps.forEach(({ features, height, width }, index) => {
      maps[index].features.data.set(features.data, used.length * height * width * features.cols);
    });
    used.push(...batch.samples);
  }
  if (used.length === 0)
    throw new Error('none of the images could be used; the reports of skipped images say why');
  for (const map of maps) {
    const { cols, data } = map.features;
    const rows = used.length * map.height * map.width;
    map.count = used.length;
    map.features = createFeatureMatrix(rows, cols, data.subarray(0, rows * cols));
  }
  return { samples: used, maps };
}
