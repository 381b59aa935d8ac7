import { type Dataset, maskPathsOf, type Sample } from '../../images';
import type { UnusedPath, WalkedImages } from './walk-images';

/** A nominal image. */
export function nominalSample(path: string, split: Sample['split']): Sample {
  return { path, split, label: 'nominal', defect: 'good', maskPath: null };
}

/** An anomalous test image. */
export function anomalousSample(path: string, defect: string, masks: readonly string[] = []): Sample {
  const maskPath = masks.length > 1 ? masks : (masks[0] ?? null);
  return { path, split: 'test', label: 'anomalous', defect, maskPath };
}

/** Why a mask is not used. */
export const strayMask = 'a mask of no image: its folder and name must be those of an image';

/**
 * A data set of samples that were found in a folder; every image of the folder that is in no sample is listed as unused.
 *
 * @param reasonOf why an image is in no sample; undefined for one that was used in another way
 */
export function datasetOf(
  name: string,
  samples: readonly Sample[],
  { images, unused }: WalkedImages,
  reasonOf: (path: string) => string | undefined,
): Dataset & { unused: UnusedPath[] } {
  const used = new Set(samples.flatMap((sample) => [sample.path, ...maskPathsOf(sample)]));
  const others = images.flatMap((path) => {
    const reason = used.has(path) ? undefined : reasonOf(path);
    return reason === undefined ? [] : [{ path, reason }];
  });
  return { name, samples, unused: [...unused, ...others] };
}
