import {
  type Dataset,
  emptyMask,
  type Framing,
  type LoadedSample,
  type Mask,
  maskPathsOf,
  type Sample,
  type SampleFraming,
  sidesOf,
  type SkippedSample,
} from '../images';
import { decodeImage, decodeMask, imageSize } from './decode';

/**
 * Decodes a sample's image and mask; several masks are united: a pixel is anomalous where it is in one of them.
 *
 * @param framing of the image, and of the mask where that is to have another size
 * @throws Error when either cannot be decoded, or the mask's size is not its image's
 */
export async function loadSample(
  sample: Sample,
  { image: framing, mask: maskFraming = framing }: SampleFraming = {},
): Promise<LoadedSample> {
  const image = await decodeImage(sample.path, framing);
  const paths = maskPathsOf(sample);
  if (paths.length === 0) {
    const size = maskFraming?.size ? sidesOf(maskFraming.size) : image;
    return { ...sample, image, mask: sample.label === 'nominal' ? emptyMask(size) : null };
  }
  const own = await imageSize(sample.path);
  const masks: Mask[] = [];
  for (const path of paths) {
    const { width, height } = await imageSize(path);
    if (own.width !== width || own.height !== height) {
      throw new Error(
        `mask ${path} is ${width}x${height}, its image ${sample.path} ${own.width}x${own.height}; give a mask of the image's size`,
      );
    }
    masks.push(await decodeMask(path, maskFraming));
  }
  return { ...sample, image, mask: unitedMask(masks) };
}

/** 1 where one of the masks, which all have the same size, is 1. */
function unitedMask([first, ...others]: readonly Mask[]): Mask {
  const data = first.data.map((value, pixel) => value || Number(others.some((mask) => mask.data[pixel])));
  return { ...first, data };
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
