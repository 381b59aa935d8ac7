import type { Evaluation, SizedConfiguration, Stage } from '../detector';
import type { FeatureMaps } from '../features';
import type { Plane, Sample, SkippedSample } from '../images';
import type { LevelReconstruction, Reconstructor } from '../reconstruction';

/** A stage that was computed, not remembered. */
export interface Computed {
  stage: Stage;
  milliseconds: number;
}

/** Features of the images of one split, the samples that they are of, and those that could not be used. */
export interface SplitFeatures {
  samples: readonly Sample[];
  /** Where each of `samples` stands among all samples of the split. */
  indices: readonly number[];
  skipped: readonly SkippedSample[];
  maps: readonly FeatureMaps[];
  /** SHA-256 of the backbone's weights; absent for a backbone without weights. */
  weightsSha256?: string;
}

/** A memory bank that is ready to reconstruct images. */
export interface LiveBank {
  reconstructors: readonly Reconstructor[];
  /** Nominal samples; the exemplars' origins count them. */
  training: readonly Sample[];
  /** Nominal samples that could not be used. */
  skipped: readonly SkippedSample[];
  notices: readonly string[];
}

/** One test image through the whole method. */
export interface LiveImage {
  sample: Sample;
  levels: readonly LevelReconstruction[];
  map: Plane;
  score: number;
}

/** All test images through the whole method, and how well they agree with the labels. */
export type LiveEvaluation = Pick<
  Evaluation,
  | 'samples'
  | 'masks'
  | 'maps'
  | 'imageScores'
  | 'pixel'
  | 'image'
  | 'thresholds'
  | 'decisions'
  | 'oracle'
  | 'skipped'
  | 'notices'
> & {
  configuration: SizedConfiguration;
  /** Where each of `samples` stands among the data set's test samples. */
  indices: readonly number[];
};
