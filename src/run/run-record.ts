import { createHash } from 'node:crypto';
import { type Configuration, withoutMachine } from '../detector';
import type { CategorySummary } from './category-summary';

/** The record of a run of one configuration on one category. */
export interface RunRecord {
  /** Hash of the data, category, configuration and weights: the same for the same experiment, wherever its files lie. */
  id: string;
  dataset: string;
  category: string;
  status: 'done' | 'failed';
  /** Why it failed; null when it is done. */
  error: string | null;
  configuration: Configuration;
  weightsSha256: string | null;
  /** Fraction of the nominal images that were trained on, where the data set does not say. */
  trainFraction: number | null;
  /** Checksum of the data, from the paths of its images below their folder and their sizes; null in records of earlier versions. */
  dataSha256: string | null;
  environment: Environment;
  pixelAuroc: number | null;
  averagePrecision: number | null;
  pro: number | null;
  imageAuroc: number | null;
  exemplars: number | null;
  bankBytes: number | null;
  /** Seconds. */
  trainFeaturesSeconds: number | null;
  fitSeconds: number | null;
  /** Milliseconds per test image. */
  featuresMilliseconds: number | null;
  scoringMilliseconds: number | null;
  /** ISO 8601. */
  finished: string;
}

/** Where a run took place. */
export interface Environment {
  node: string;
  platform: string;
  engine: string | null;
}

/** The fields that identify an experiment on one category. */
export interface Experiment {
  dataset: string;
  root?: string;
  category: string;
  trainFraction?: number;
  configuration: Configuration;
  weightsSha256?: string;
  dataSha256?: string;
}

/** Identifies an experiment, wherever its data, weights and results lie, and whatever engine it runs with. */
export function experimentId(experiment: Experiment): string {
  const { dataset, category, trainFraction, configuration, weightsSha256, dataSha256 } = experiment;
  const named = { dataset, category, trainFraction, weightsSha256, dataSha256 };
  const entries = Object.entries({ ...named, ...withoutMachine(configuration) })
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(entries)).digest('hex').slice(0, 16);
}

export function environmentOf(engine: string | null): Environment {
  return { node: process.version, platform: `${process.platform}-${process.arch}`, engine };
}

/** The record of an experiment that is done. */
export function recordOf(experiment: Experiment, summary: CategorySummary): RunRecord {
  const { pixel, image, timings, banks, bankBytes, engine } = summary;
  return {
    ...recordHead(experiment, engine),
    status: 'done',
    error: null,
    pixelAuroc: pixel?.auroc ?? null,
    averagePrecision: pixel?.averagePrecision ?? null,
    pro: pixel?.pro ?? null,
    imageAuroc: image?.auroc ?? null,
    exemplars: banks.reduce((sum, { exemplars }) => sum + exemplars.length, 0),
    bankBytes,
    trainFeaturesSeconds: timings.featureSeconds,
    fitSeconds: timings.bankSeconds,
    featuresMilliseconds: timings.featuresMilliseconds,
    scoringMilliseconds: timings.scoringMilliseconds,
  };
}

/** The record of an experiment that failed. */
export function failureOf(experiment: Experiment, error: Error): RunRecord {
  return {
    ...recordHead(experiment, null),
    status: 'failed',
    error: error.message,
    pixelAuroc: null,
    averagePrecision: null,
    pro: null,
    imageAuroc: null,
    exemplars: null,
    bankBytes: null,
    trainFeaturesSeconds: null,
    fitSeconds: null,
    featuresMilliseconds: null,
    scoringMilliseconds: null,
  };
}

function recordHead(experiment: Experiment, engine: string | null) {
  const { dataset, category, configuration, weightsSha256, trainFraction, dataSha256 } = experiment;
  const id = experimentId(experiment);
  const finished = new Date().toISOString();
  return {
    id,
    dataset,
    category,
    configuration,
    weightsSha256: weightsSha256 ?? null,
    trainFraction: trainFraction ?? null,
    dataSha256: dataSha256 ?? null,
    environment: environmentOf(engine),
    finished,
  };
}
