import {
  checkFraming,
  type Framing,
  type LongWork,
  loadSample,
  type Mask,
  type RgbImage,
  type Sample,
  type SkippedSample,
} from '../images';
import { compileNetwork, type EngineName } from './engines';
import type { FeatureMaps } from './feature-maps';
import { createFeatureMatrix } from './feature-matrix';
import { inferShapes, type Network } from './network';
import { type PatchFeatureOptions, withPatchFeatures } from './patch-features';

/** Parameters of {@link createExtractor}. */
export interface ExtractorOptions extends PatchFeatureOptions {
  /** Side of the square images, in pixels. Default 224. */
  size?: number;
  /** Default `auto`. */
  engine?: EngineName;
}

/** A network ready to give patch features of images of one size. */
export interface Extractor {
  /** Name of the engine in use. */
  engine: string;
  size: number;
  /** Shape of the maps per hierarchy level. */
  levels: readonly { level: number; channels: number; height: number; width: number }[];
  /**
   * Features of a batch of images, one entry per level.
   *
   * @throws RangeError when an image is not `size x size`
   */
  extract(images: readonly RgbImage[]): Promise<FeatureMaps[]>;
  /** Frees native memory. */
  dispose(): Promise<void>;
}

/**
 * Compiles a network with PatchCore's patch features.
 *
 * @example
 * ```ts
 * const extractor = await createExtractor(await loadBackbone('scattering'), { size: 128 });
 * const [level2, level3] = await extractor.extract([await decodeImage('tile.png', { size: 128 })]);
 * ```
 * @throws RangeError when a level, the neighbourhood or the size is out of range; Error when the engine does not load
 */
export async function createExtractor(network: Network, options: ExtractorOptions = {}): Promise<Extractor> {
  const { size } = checkFraming({ size: options.size });
  const image = { height: size, width: size };
  const patches = withPatchFeatures(network, options);
  const shapes = inferShapes(patches, image);
  const engine = await compileNetwork(patches, image, options.engine);
  return {
    engine: engine.name,
    size,
    levels: patches.outputs.map(({ level, node }) => ({ level, ...shapes.get(node)! })),
    async extract(images) {
      const outputs = await engine.run(toPlanes(images, size), images.length);
      return outputs.map(({ count, height, width, channels, data }, index) => ({
        level: patches.outputs[index].level,
        count,
        height,
        width,
        features: createFeatureMatrix(count * height * width, channels, data),
      }));
    },
    dispose: () => engine.dispose(),
  };
}

/** A batch of samples with their features. */
export interface ExtractedBatch {
  samples: readonly Sample[];
  images: readonly RgbImage[];
  masks: readonly (Mask | null)[];
  maps: FeatureMaps[];
}

/** Parameters of {@link extractBatches}. */
export interface ExtractBatchesOptions extends LongWork, Omit<Framing, 'size'> {
  /** Images per run of the engine. Default 4. */
  batch?: number;
  /** Side of the masks, in pixels. Default: the images'. */
  maskSize?: number;
  /** Called for a sample that cannot be decoded; without it the iteration throws. */
  onSkip?: (skipped: SkippedSample) => void;
}

/** Batches being decoded: a run of the engine holds the event loop, in which decoding goes on from step to step. */
const batchesAhead = 4;

/**
 * Decodes samples and extracts their features batch by batch; the next batches are decoded while the engine works.
 *
 * @throws Error naming the file when a sample is broken and no `onSkip` is given
 */
export async function* extractBatches(
  extractor: Extractor,
  samples: readonly Sample[],
  options: ExtractBatchesOptions = {},
): AsyncGenerator<ExtractedBatch> {
  const { batch = 4, maskSize = extractor.size, onSkip, onProgress, signal, fit, resize } = options;
  const framing = { size: extractor.size, fit, resize };
  const maskFraming = {
    size: maskSize,
    fit,
    resize: resize && Math.round((resize * maskSize) / extractor.size),
  };
  const decode = (start: number) =>
    Promise.allSettled(
      samples.slice(start, start + batch).map((sample) => loadSample(sample, framing, maskFraming)),
    );
  const whole = (results: Awaited<ReturnType<typeof decode>>, start: number) =>
    results.flatMap((result, index) => {
      if (result.status === 'fulfilled') return [result.value];
      if (!onSkip) throw result.reason;
      onSkip({ path: samples[start + index].path, reason: (result.reason as Error).message });
      return [];
    });
  const upcoming: ReturnType<typeof decode>[] = [];
  let queued = 0;
  for (let start = 0; start < samples.length; start += batch) {
    signal?.throwIfAborted();
    for (; queued < samples.length && upcoming.length < batchesAhead; queued += batch) {
      upcoming.push(decode(queued));
    }
    const loaded = whole(await upcoming.shift()!, start);
    if (loaded.length > 0) {
      const images = loaded.map(({ image }) => image);
      yield {
        samples: loaded,
        images,
        masks: loaded.map(({ mask }) => mask),
        maps: await extractor.extract(images),
      };
    }
    onProgress?.({ stage: 'images', done: Math.min(samples.length, start + batch), total: samples.length });
  }
}

/**
 * The features of all samples, one entry per level, in memory: `4 * height * width * channels` bytes per image and level.
 *
 * @throws Error when no sample can be used
 */
export async function extractAll(
  extractor: Extractor,
  samples: readonly Sample[],
  options: ExtractBatchesOptions = {},
): Promise<{ samples: Sample[]; maps: FeatureMaps[] }> {
  const maps = extractor.levels.map(({ level, height, width, channels }): FeatureMaps => {
    const features = createFeatureMatrix(samples.length * height * width, channels);
    return { level, count: 0, height, width, features };
  });
  const used: Sample[] = [];
  for await (const batch of extractBatches(extractor, samples, options)) {
    batch.maps.forEach((part, index) => {
      maps[index].features.data.set(
        part.features.data,
        used.length * part.height * part.width * part.features.cols,
      );
    });
    used.push(...batch.samples);
  }
  if (used.length === 0)
    throw new Error('none of the images could be used; the reports of skipped images say why');
  for (const map of maps) {
    const rows = used.length * map.height * map.width;
    map.count = used.length;
    map.features = createFeatureMatrix(
      rows,
      map.features.cols,
      map.features.data.subarray(0, rows * map.features.cols),
    );
  }
  return { samples: used, maps };
}

function toPlanes(images: readonly RgbImage[], size: number): Float32Array {
  const plane = size * size;
  const planes = new Float32Array(images.length * 3 * plane);
  images.forEach(({ width, height, data }, index) => {
    if (width !== size || height !== size) {
      throw new RangeError(
        `image ${index} is ${width}x${height}; the extractor takes ${size}x${size}: decode with that size`,
      );
    }
    const [red, green, blue] = [0, 1, 2].map((channel) => (index * 3 + channel) * plane);
    for (let pixel = 0, from = 0; pixel < plane; pixel++, from += 3) {
      planes[red + pixel] = data[from];
      planes[green + pixel] = data[from + 1];
      planes[blue + pixel] = data[from + 2];
    }
  });
  return planes;
}
