import {
  type Dataset,
  emptyMask,
  type Framing,
  type LoadedSample,
  type Sample,
  type SampleFraming,
  sidesOf,
  type SkippedSample,
} from '../images';
import { decodeImage, decodeMask, imageSize } from './decode';

/**
 * Decodes a sample's image and mask.
 *
 * @param framing of the image, and of the mask where that is to have another size
 * @throws Error when either cannot be decoded, or the mask's size is not its image's
 */
export async function loadSample(
  sample: Sample,
  { image: framing, mask: maskFraming = framing }: SampleFraming = {},
): Promise<LoadedSample> {
  const image = await decodeImage(sample.path, framing);
  if (!sample.maskPath) {
    const size = maskFraming?.size ? sidesOf(maskFraming.size) : image;
    return { ...sample, image, mask: sample.label === 'nominal' ? emptyMask(size) : null };
  }
  const [own, truth] = await Promise.all([imageSize(sample.path), imageSize(sample.maskPath)]);
  if (own.width !== truth.width || own.height !== truth.height) {
    throw new Error(
      `mask ${sample.maskPath} is ${truth.width}x${truth.height}, its image ${sample.path} ${own.width}x${own.height}; give a mask of the image's size`,
    );
  }
  return { ...sample, image, mask: await decodeMask(sample.maskPath, maskFraming) };
}

/** Parameters of {@link loadSamples}. */
export interface LoadOptions extends Framing {
  split?: Sample['split'];
  /** Called for a sample that cannot be decoded; without it the iteration throws. */
  onSkip?: (skipped: SkippedSample) => void;
}

/**
 * Decodes the samples of a data set one by one, in order.
 *
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
      loaded = await loadSample(sample, { image: options });
    } catch (error) {
      if (!options.onSkip) throw error;
      options.onSkip({ path: sample.path, reason: (error as Error).message });
      continue;
    }
    yield loaded;
  }
}
