import { type Detector, type Evaluation, sizeText, type Thresholds } from '../detector';
import type { SkippedSample } from '../images';
import type { Reconstructor } from '../reconstruction';
import type { PixelMetrics, RankingMetrics } from '../scoring';

type Scores = Omit<RankingMetrics, 'roc'>;

/** A memory bank in `results.json`. */
interface BankSummary {
  granularity: string;
  /** Where every exemplar comes from; the position is null for a whole image. */
  exemplars: { image: string; position: number | null }[];
  samplingCosts: number[];
  samplingSolves: number;
  calibration: Reconstructor['calibration'];
}

/** A category in `results.json`. */
export interface CategorySummary {
  name: string;
  /** Size of its images as the network saw them, `WIDTHxHEIGHT` in pixels. */
  size: string;
  pixel?: Scores & Pick<PixelMetrics, 'pro' | 'regions'>;
  image?: Scores;
  aupimo?: number;
  /** Thresholds from nominal images, each left out when it is reconstructed; no label decides them. */
  thresholds: Thresholds;
  /** Precision, recall and false alarms of these thresholds on the test images. */
  decisions: Evaluation['decisions'];
  /** The thresholds of the best F1 on the test images, whose labels decide them. */
  oracle: Evaluation['oracle'];
  banks: BankSummary[];
  bankBytes: number;
  /** Seconds for all nominal images; milliseconds per test image. */
  timings: {
    featureSeconds: number;
    bankSeconds: number;
    featuresMilliseconds: number;
    scoringMilliseconds: number;
  };
  engine: string;
  trainingImages: number;
  testImages: { path: string; label: string; defect: string; score: number }[];
  skipped: SkippedSample[];
  notices: string[];
}

/** Summarizes a category. */
export function summaryOf(detector: Detector, evaluation: Evaluation): CategorySummary {
  const { pixel, image, samples, imageScores, thresholds, timings } = evaluation;
  const { reconstructors, training, fit, extractor } = detector;
  return {
    name: evaluation.name,
    size: sizeText(extractor.size),
    pixel: pixel && { ...scoresOf(pixel), pro: pixel.pro, regions: pixel.regions },
    image: image && scoresOf(image),
    aupimo: evaluation.aupimo,
    thresholds,
    decisions: evaluation.decisions,
    oracle: evaluation.oracle,
    banks: reconstructors.map(({ granularity, origins, sampling, calibration }) => ({
      granularity,
      exemplars: origins.map((origin) => ({ image: training[origin.image], position: origin.position })),
      samplingCosts: Array.from(sampling.costs),
      samplingSolves: sampling.solves,
      calibration,
    })),
    bankBytes: reconstructors.reduce((sum, { bytes }) => sum + bytes, 0),
    timings: {
      featureSeconds: fit?.featureSeconds ?? 0,
      bankSeconds: fit?.bankSeconds ?? 0,
      featuresMilliseconds: timings.features,
      scoringMilliseconds: timings.scoring,
    },
    engine: extractor.engine,
    trainingImages: training.length,
    testImages: samples.map(({ path, label, defect }, index) => ({
      path,
      label,
      defect,
      score: imageScores[index],
    })),
    skipped: [...(fit?.skipped ?? []), ...evaluation.skipped],
    notices: [...(fit?.notices ?? []), ...evaluation.notices],
  };
}

function scoresOf({ auroc, averagePrecision, bestF1, threshold }: RankingMetrics): Scores {
  return { auroc, averagePrecision, bestF1, threshold };
}
