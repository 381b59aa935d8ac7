import { decodeImage, decodeMask, type Framing, imageSize } from './decode';
import type { Mask, RgbImage } from './rgb-image';

/** One image of a data set, not yet decoded. */
export interface Sample {
  path: string;
  split: 'train' | 'test';
  label: 'nominal' | 'anomalous';
  /** The kind of defect as the data set names it; `good` for nominal images. */
  defect: string;
  /** Ground truth; null where the data set has none, or the image is nominal. */
  maskPath: string | null;
}

/** A data set, or one category of it. */
export interface Dataset {
  name: string;
  samples: readonly Sample[];
}

/** A decoded sample. */
export interface LoadedSample extends Sample {
  image: RgbImage;
  /** Null for an anomalous image without ground truth; all zero for a nominal one. */
  mask: Mask | null;
}

/** A sample that could not be used, and why. */
export interface SkippedSample {
  path: string;
  reason: string;
}

/** What to do while iterating over a data set. */
export interface LoadOptions extends Framing {
  split?: Sample['split'];
  /** Called for a sample that cannot be decoded; without it the iteration throws. */
  onSkip?: (skipped: SkippedSample) => void;
}

/**
 * Decodes the samples of a data set one by one, in order.
 *
 * @example
 * ```ts
 * for await (const { image, mask, defect } of loadSamples(dataset, { split: 'test', size: 224 })) { ... }
 * ```
 * @throws Error naming the file when a sample is broken and no `onSkip` is given
 */
export async function* loadSamples(
  dataset: Dataset,
  options: LoadOptions = {},
): AsyncGenerator<LoadedSample> {
  for (const sample of dataset.samples) {
    if (options.split && sample.split !== options.split) continue;
    let loaded: LoadedSample;
    try {
      loaded = await loadSample(sample, options);
    } catch (error) {
      if (!options.onSkip) throw error;
      options.onSkip({ path: sample.path, reason: (error as Error).message });
      continue;
    }
    yield loaded;
  }
}

/**
 * Decodes a sample's image and mask.
 *
 * @param framing of the image
 * @param maskFraming of the mask, where it is to have another size. Default: the image's

 * @throws Error when either cannot be decoded, or the mask's size is not its image's
 */
export async function loadSample(
  sample: Sample,
  framing?: Framing,
  maskFraming = framing,
): Promise<LoadedSample> {
  const image = await decodeImage(sample.path, framing);
  if (!sample.maskPath) {
    const [width, height] = maskFraming?.size
      ? [maskFraming.size, maskFraming.size]
      : [image.width, image.height];
    const mask = sample.label === 'nominal' ? { width, height, data: new Uint8Array(width * height) } : null;
    return { ...sample, image, mask };
  }
  const [own, truth] = await Promise.all([imageSize(sample.path), imageSize(sample.maskPath)]);
  if (own.width !== truth.width || own.height !== truth.height) {
    throw new Error(
      `mask ${sample.maskPath} is ${truth.width}x${truth.height}, its image ${sample.path} ${own.width}x${own.height}; give a mask of the image's size`,
    );
  }
  return { ...sample, image, mask: await decodeMask(sample.maskPath, maskFraming) };
}

/**
 * The samples of one split.
 *
 * @throws Error when there are none
 */
export function samplesOf(dataset: Dataset, split: Sample['split']): Sample[] {
  const samples = dataset.samples.filter((sample) => sample.split === split);
  if (samples.length === 0)
    throw new Error(`data set ${dataset.name} has no ${split} images; check its folder`);
  return samples;
}
