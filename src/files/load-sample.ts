import {
  type Dataset,
  emptyMask,
  type Framing,
  type LoadedSample,
  type Sample,
  type SampleFraming,
  sidesOf,
  type SkippedSample,
  type ValueRange,
} from '../images';
import { decodeWithNotices } from './decode';
import { frameMask } from './masks/decode-mask';
import { readMask } from './masks/read-mask';

/**
 * Decodes a sample's image and mask.
 *
 * @param framing of the image, and of the mask where that is to have another size; the values that become 0 and 1 in an image of more
 *   than 8 bits
 * @returns the sample with both; `notices` says what its user should know
 * @throws Error when either cannot be decoded, or the mask's size is not its image's
 */
export async function loadSample(
  sample: Sample,
  { image: framing, mask: maskFraming = framing, black, white }: SampleFraming = {},
): Promise<LoadedSample> {
  const { image, notices } = await decodeWithNotices(sample.path, framing, { black, white });
  if (!sample.maskPath) {
    const size = maskFraming?.size ? sidesOf(maskFraming.size) : image;
    return { ...sample, image, mask: sample.label === 'nominal' ? emptyMask(size) : null, notices };
  }
  const truth = await readMask(sample.path, [sample.maskPath, ...(sample.furtherMaskPaths ?? [])]);
  const mask = await frameMask(truth.mask, maskFraming);
  return { ...sample, image, mask, notices: [...notices, ...truth.notices] };
}

/** Parameters of {@link loadSamples}. */
export interface LoadOptions extends Framing, ValueRange {
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
      const { size, fit, resize, black, white } = options;
      loaded = await loadSample(sample, { image: { size, fit, resize }, black, white });
    } catch (error) {
      if (!options.onSkip) throw error;
      options.onSkip({ path: sample.path, reason: (error as Error).message });
      continue;
    }
    yield loaded;
  }
}
