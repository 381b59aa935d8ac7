import { oneOf } from '../base';
import type { Extractor } from '../features';
import { type ImageSource, type Plane, type RgbImage, samplesFrom, type SkippedSample } from '../images';
import {
  type Contribution,
  contributionsAt,
  type GranularityName,
  type LevelReconstruction,
  type Reconstructor,
} from '../reconstruction';
import { sliceCodes } from '../subspace';
import { ignoredPixels, type SizedConfiguration } from '../configuration';
import { encodeDetector } from './encode-detector';
import { bankFiles } from './files';
import type { NominalPixels } from './nominal-pixels';
import { scoreBatches, usedPixels } from './score-batches';
import type { ScoreOptions } from './score-options';
import type { Thresholds } from './thresholds';

/** The state that a detector keeps: enough to score images with the network that it was fitted with. */
export interface DetectorState {
  /** With the size in pixels, also where it was chosen by `auto`. */
  configuration: SizedConfiguration;
  /** SHA-256 of the backbone's weights; absent for a backbone without weights. */
  weightsSha256?: string;
  /** Paths of the nominal images; the exemplars' origins count them. */
  training: readonly string[];
  /** A memory bank per granularity, in the configuration's order. */
  reconstructors: readonly Reconstructor[];
  /** Thresholds from validation images, or from nominal images that were each reconstructed without themselves, at the configuration's rates of false positives. */
  thresholds: Thresholds;
  /** Map values that heat colours span. */
  heatRange: readonly [number, number];
  /** Scores of nominal images that were left out, by which the drift of others is judged. */
  nominalScores: readonly number[];
  /** Pixels of their maps, by which an extended detector sets its threshold; absent for a bank of an earlier version. */
  nominalPixels?: NominalPixels;
}

/** The result of scoring an image. */
export interface ScoredImage {
  path: string;
  /** The mean of the largest values of its map; larger is more anomalous. */
  score: number;
  /** Whether the score is at or above the image threshold. */
  isAnomalous: boolean;
  /** Fraction of the pixels at or above the pixel threshold, among those that are not ignored. */
  anomalousFraction: number;
  /** The anomaly map. */
  map: Plane;
  /** The image as the network saw it. */
  image: RgbImage;
  /** Its reconstructed features by granularity and level. */
  levels: readonly LevelReconstruction[];
}

/** An exemplar's part in a position of a scored image. */
export interface Explanation extends Omit<Contribution, 'image'> {
  /** Path of the nominal image that the exemplar is taken from. */
  image: string;
}

/** A position of a map of features. */
export interface ExplainedPlace {
  granularity?: GranularityName;
  level: number;
  row: number;
  column: number;
}

/** The times that fitting a detector took, the images it skipped and its notices. */
export interface FitReport {
  /** Nominal images: decoding and features, seconds. */
  featureSeconds: number;
  /** Sampling and fitting, seconds. */
  bankSeconds: number;
  skipped: readonly SkippedSample[];
  notices: readonly string[];
}

/** The method as one object: extractor, memory bank and calibration, ready to score images. */
export interface Detector extends DetectorState {
  /** The network, compiled for images of one size. */
  extractor: Extractor;
  /** Absent for a detector that was loaded. */
  fit?: FitReport;
  /**
   * Scores images one after the other, internally in batches.
   *
   * @param images paths, samples, or images of the configuration's size
   * @throws Error naming a file that cannot be decoded when no `onSkip` is given
   */
  score(images: ImageSource | readonly ImageSource[], options?: ScoreOptions): AsyncGenerator<ScoredImage>;
  /**
   * The nominal patches that reconstruct a position of an image: `x ≈ Σ coefficient · patch`, the largest magnitude first.
   *
   * @param scored a result of `score`
   * @param place a level, a position of its map, and a granularity of the configuration, default the first one
   * @throws RangeError when the granularity, the level or the position does not exist
   */
  explain(scored: ScoredImage, place: ExplainedPlace): Explanation[];
  /**
   * Writes the detector as one safetensors file, whole or not at all.
   *
   * @throws Error naming the path when it cannot be written
   */
  save(path: string): Promise<void>;
  /** Frees native memory. */
  dispose(): Promise<void>;
}

/** A detector of a state and the extractor of its network. */
export function createDetector(state: DetectorState, extractor: Extractor, fit?: FitReport): Detector {
  const { reconstructors, training, thresholds, configuration } = state;
  return {
    ...state,
    extractor,
    fit,
    async *score(images, options = {}) {
      const samples = samplesFrom(images, { split: 'test', label: 'anomalous' });
      const ignored = ignoredPixels(configuration);
      for await (const { samples: batch, ...loaded } of scoreBatches(
        { ...state, extractor },
        samples,
        options,
      )) {
        for (const [index, { path }] of batch.entries()) {
          const [map, score] = [loaded.maps[index], loaded.scores[index]];
          const levels = loaded.levels.map((level) => imageOf(level, index));
          yield {
            path,
            score,
            ...verdict({ map, score, pixels: ignored ? usedPixels(ignored) : map.data.length }, thresholds),
            map,
            image: loaded.images[index],
            levels,
          };
        }
      }
    },
    explain({ levels }, { granularity = configuration.granularities[0], level, row, column }) {
      const own = levels.filter((candidate) => candidate.granularity === granularity);
      const known = own.map((candidate) => candidate.level);
      oneOf({ granularity }, configuration.granularities);
      oneOf({ level: String(level) }, known.map(String));
      const reconstructor = reconstructors[configuration.granularities.indexOf(granularity)];
      const parts = contributionsAt(reconstructor, own[known.indexOf(level)], { image: 0, row, column });
      return parts.map(({ image, ...rest }) => ({ image: training[image], ...rest }));
    },
    save: (path) => bankFiles.get().write(path, encodeDetector(state)),
    dispose: () => extractor.dispose(),
  };
}

function verdict(
  { map, score, pixels }: { map: Plane; score: number; pixels: number },
  { pixel, image }: Thresholds,
): Pick<ScoredImage, 'isAnomalous' | 'anomalousFraction'> {
  let above = 0;
  for (let at = 0; at < map.data.length; at++) if (map.data[at] >= pixel) above++;
  return {
    isAnomalous: score >= image,
    anomalousFraction: above / pixels,
  };
}

/** One image of a reconstructed batch. */
function imageOf(batch: LevelReconstruction, index: number): LevelReconstruction {
  const { count, height, width, residuals, codes } = batch;
  const positions = height * width;
  const features = ({ cols, data }: LevelReconstruction['target']) => ({
    rows: positions,
    cols,
    data: data.subarray(index * positions * cols, (index + 1) * positions * cols),
  });
  const rows = codes.rows / count;
  return {
    ...batch,
    count: 1,
    residuals: residuals.subarray(index * positions, (index + 1) * positions),
    target: features(batch.target),
    rebuilt: features(batch.rebuilt),
    codes: sliceCodes(codes, index * rows, (index + 1) * rows),
  };
}
