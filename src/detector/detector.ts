import type { LongWork } from '../base';
import type { Extractor } from '../features';
import { type ImageSource, type Plane, type RgbImage, samplesFrom, type SkippedSample } from '../images';
import {
  type Contribution,
  contributionsAt,
  type LevelReconstruction,
  type Reconstructor,
} from '../reconstruction';
import type { Configuration } from './configuration';
import { encodeDetector } from './encode-detector';
import { bankFiles } from './files';
import { scoreBatches } from './score-batches';

/** Values at and above which something is anomalous. */
export interface Thresholds {
  /** Of the values of a map. */
  pixel: number;
  /** Of image scores; absent where the data did not tell. */
  image?: number;
}

/** What a detector keeps: enough to score images with the network that it was fitted with. */
export interface DetectorState {
  configuration: Configuration;
  /** Of the backbone's weights; absent for a backbone without weights. */
  weightsSha256?: string;
  /** Paths of the nominal images; the exemplars' origins count them. */
  training: readonly string[];
  reconstructor: Reconstructor;
  /** Absent until they are known, see {@link Detector.withThresholds}. */
  thresholds?: Thresholds;
  /** Map values that heat colours span; absent until they are known. */
  heatRange?: readonly [number, number];
}

/** An image's outcome. */
export interface ScoredImage {
  path: string;
  /** The mean of the largest values of its map; larger is more anomalous. */
  score: number;
  /** Whether the score, or where there is no threshold for it any pixel, is at or above its threshold; absent without thresholds. */
  isAnomalous?: boolean;
  /** Fraction of the pixels at or above the pixel threshold; absent without thresholds. */
  anomalousFraction?: number;
  /** The anomaly map. */
  map: Plane;
  /** The image as the network saw it. */
  image: RgbImage;
  /** Its features, rebuilt, level by level. */
  levels: readonly LevelReconstruction[];
}

/** An exemplar's part in a position of a scored image. */
export interface Explanation extends Omit<Contribution, 'image'> {
  /** Path of the nominal image that the exemplar is taken from. */
  image: string;
}

/** Parameters of {@link Detector.score}. */
export interface ScoreOptions extends LongWork {
  /** Called for an image that cannot be decoded; without it the iteration throws. */
  onSkip?: (skipped: SkippedSample) => void;
}

/** What fitting a detector took and met. */
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
   * Scores images one after the other; batches are made inside.
   *
   * @param images paths, samples, or images of the configuration's size
   * @throws Error naming a file that cannot be decoded when no `onSkip` is given
   */
  score(images: ImageSource | readonly ImageSource[], options?: ScoreOptions): AsyncGenerator<ScoredImage>;
  /**
   * The nominal patches that rebuild a position of an image: `x ≈ Σ coefficient · patch`, the largest magnitude first.
   *
   * @param scored what `score` gave
   * @throws RangeError when the level or the position does not exist
   */
  explain(scored: ScoredImage, place: { level: number; row: number; column: number }): Explanation[];
  /** The same detector with other thresholds, and optionally another range of heat colours. */
  withThresholds(thresholds: Thresholds, heatRange?: readonly [number, number]): Detector;
  /** The bytes that `save` writes. */
  encode(): Uint8Array;
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
  const { reconstructor, training, thresholds } = state;
  return {
    ...state,
    extractor,
    fit,
    async *score(images, options = {}) {
      const samples = samplesFrom(images, { split: 'test', label: 'anomalous' });
      for await (const { samples: batch, ...loaded } of scoreBatches(
        { ...state, extractor },
        samples,
        options,
      )) {
        for (const [index, { path }] of batch.entries()) {
          const [map, score] = [loaded.maps[index], loaded.scores[index]];
          yield {
            path,
            score,
            ...(thresholds && verdict({ map, score }, thresholds)),
            map,
            image: loaded.images[index],
            levels: loaded.levels.map((level) => imageOf(level, index)),
          };
        }
      }
    },
    explain({ levels }, { level, row, column }) {
      const reconstruction = levels.find((candidate) => candidate.level === level);
      if (!reconstruction) {
        const known = levels.map((candidate) => candidate.level).join(', ');
        throw new RangeError(`level is ${level}; expected one of ${known}`);
      }
      return contributionsAt(reconstructor, reconstruction, { image: 0, row, column }).map(
        ({ image, ...rest }) => ({
          image: training[image],
          ...rest,
        }),
      );
    },
    withThresholds: (changed, heatRange = state.heatRange) =>
      createDetector({ ...state, thresholds: changed, heatRange }, extractor, fit),
    encode: () => encodeDetector(state),
    save: (path) => bankFiles.get().write(path, encodeDetector(state)),
    dispose: () => extractor.dispose(),
  };
}

function verdict(
  { map, score }: { map: Plane; score: number },
  { pixel, image }: Thresholds,
): Pick<ScoredImage, 'isAnomalous' | 'anomalousFraction'> {
  let above = 0;
  for (const value of map.data) if (value >= pixel) above++;
  return {
    isAnomalous: image === undefined ? above > 0 : score >= image,
    anomalousFraction: above / map.data.length,
  };
}

/** One image of a rebuilt batch. */
function imageOf(batch: LevelReconstruction, index: number): LevelReconstruction {
  const { count, height, width, residuals, codes } = batch;
  const positions = height * width;
  const features = ({ cols, data }: LevelReconstruction['target']) => ({
    rows: positions,
    cols,
    data: data.subarray(index * positions * cols, (index + 1) * positions * cols),
  });
  const rows = codes.rows / count;
  const starts = codes.rowStarts.slice(index * rows, (index + 1) * rows + 1);
  const [first, last] = [starts[0], starts[rows]];
  return {
    ...batch,
    count: 1,
    residuals: residuals.subarray(index * positions, (index + 1) * positions),
    target: features(batch.target),
    rebuilt: features(batch.rebuilt),
    codes: {
      rows,
      cols: codes.cols,
      rowStarts: starts.map((start) => start - first),
      indices: codes.indices.subarray(first, last),
      values: codes.values.subarray(first, last),
    },
  };
}
