import { type Dataset, type Sample, truthFilesOf } from '../../images';
import { truthOf } from '../masks/assign-masks';
import type { UnusedPath, WalkedImages } from './walk-images';

/** A nominal image. */
export function nominalSample(path: string, split: Sample['split']): Sample {
  return { path, split, label: 'nominal', defect: 'good', maskPath: null };
}

/** An anomalous test image. */
export function anomalousSample(path: string, defect: string, masks: readonly string[] = []): Sample {
  return { path, split: 'test', label: 'anomalous', defect, ...truthOf(masks) };
}

/**
 * A data set of samples that were found in a folder; everything else in the folder is listed as unused.
 *
 * @param reasonOf why an image is in no sample; undefined for one that was used in another way
 * @param strays files that may have been ground truth, each with the reason why it is not used
 */
export function datasetOf(
  name: string,
  samples: readonly Sample[],
  walked: WalkedImages,
  reasonOf: (path: string) => string | undefined,
  strays: readonly UnusedPath[] = [],
): Dataset & { unused: UnusedPath[] } {
  const known = new Set(samples.flatMap((sample) => [sample.path, ...truthFilesOf(sample)]));
  for (const { path } of strays) known.add(path);
  const others = walked.images.flatMap((path) => {
    const reason = known.has(path) ? undefined : reasonOf(path);
    return reason === undefined ? [] : [{ path, reason }];
  });
  const noImages = walked.unused.filter(({ path }) => !known.has(path));
  return { name, samples, unused: [...noImages, ...strays, ...others] };
}
