import { createPort } from '../base';
import type { Framing, Size } from './framing';
import type { Mask } from './mask';
import type { RgbImage } from './rgb-image';
import type { ValueRange } from './value-range';

/** One image of a data set, not yet decoded. */
export interface Sample {
  /** Where it is, or a name where `pixels` are given. */
  path: string;
  /** The part that the image has: `validation` images are nominal, not fitted on, and set the thresholds. */
  split: 'train' | 'validation' | 'test';
  label: 'nominal' | 'anomalous';
  /** The kind of defect as the data set names it; `good` for nominal images. */
  defect: string;
  /** Ground truth: a mask, or a file of polygons and boxes; null where the data set has none, or the image is nominal. */
  maskPath: string | null;
  /** Further ground truth: what any of the files marks is anomalous. */
  furtherMaskPaths?: readonly string[];
  /** An image that is already in memory, of the size that is asked for. */
  pixels?: RgbImage;
}

/** The files of a sample's ground truth; none where there is no ground truth. */
export function truthFilesOf({
  maskPath,
  furtherMaskPaths = [],
}: Pick<Sample, 'maskPath' | 'furtherMaskPaths'>): readonly string[] {
  return maskPath === null ? furtherMaskPaths : [maskPath, ...furtherMaskPaths];
}

/** One's own folders, by what their images are for. */
export interface FolderPlaces {
  /** Nominal images to fit on. */
  nominal: readonly string[];
  /** Nominal images that set the thresholds. Default: nominal images that are left out one by one. */
  validation?: readonly string[];
  /** Images to test on: the folders in them, or their own names, are the kinds. */
  test?: readonly string[];
  /** Masks, whose folders and names are those of the test images. */
  masks?: readonly string[];
}

/** The arguments with which {@link openDatasets} opened a data set. */
export interface DatasetSource {
  /** The layout of its folders. */
  layout: string;
  /** Its folder; undefined for one that comes with the package. */
  root?: string;
  /** Undefined for a data set without categories. */
  category?: string;
  /** Fraction of the nominal images that is for training, where it was given. */
  trainFraction?: number;
  /** Folders that were named one by one, by their purpose. */
  places?: FolderPlaces;
}

/** A data set, or one category of it. */
export interface Dataset {
  name: string;
  /** Undefined for one that was made in another way. */
  source?: DatasetSource;
  samples: readonly Sample[];
  /** Files of its folder that are not used, and why; undefined where that is not known. */
  unused?: readonly { path: string; reason: string }[];
}

/** A decoded sample. */
export interface LoadedSample extends Sample {
  image: RgbImage;
  /** Null for an anomalous image without ground truth; all zero for a nominal one. */
  mask: Mask | null;
  /** Steps taken to read the image and its mask that their user should know, in the same words for all of a kind. */
  notices?: readonly string[];
}

/** Something that the user of a sample should know. */
export interface SampleNotice {
  path: string;
  notice: string;
}

/** A sample that could not be used, and why. */
export interface SkippedSample {
  path: string;
  reason: string;
}

/** How a sample's image and mask are brought to one size, and the image to values in [0, 1]. */
export interface SampleFraming extends ValueRange {
  /** Default: the image keeps its size. */
  image?: Framing;
  /** Default: the image's framing. */
  mask?: Framing;
}

/** A function that decodes the image and the mask of a sample. */
export type SampleLoader = (sample: Sample, framing?: SampleFraming) => Promise<LoadedSample>;

/** The decoder of image files. */
export const sampleLoader = createPort<SampleLoader>('a decoder of image files');

/** A function that reads the size of an image file, as it will be decoded, from its header. */
export type SizeReader = (path: string) => Promise<Size>;

/** The reader of image sizes. */
export const sizeReader = createPort<SizeReader>('a reader of image sizes');

/**
 * The samples of one split.
 *
 * @param split `train` (nominal images to fit on) or `test`
 * @throws Error when there are none
 * @example
 * ```ts
 * const dataset = { name: 'two', samples: [
 *   { path: 'a.png', split: 'train', label: 'nominal', defect: 'good', maskPath: null },
 *   { path: 'b.png', split: 'test', label: 'nominal', defect: 'good', maskPath: null },
 * ] } as const;
 * samplesOf(dataset, 'train').length // 1
 * ```
 */
export function samplesOf(dataset: Dataset, split: Sample['split']): Sample[] {
  const samples = dataset.samples.filter((sample) => sample.split === split);
  if (samples.length === 0)
    throw new Error(`data set ${dataset.name} has no ${split} images; check its folder`);
  return samples;
}
