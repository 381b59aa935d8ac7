import type { LongWork } from '../base';
import {
  assertFiniteScores,
  type Configuration,
  createDetector,
  type Detector,
  fitBanks,
  type Fitting,
  limitsOf,
  mapsAndScores,
  measure,
  networkOf,
  type NominalLimits,
  type Remember,
  stateOf,
} from '../detector';
import { createExtractor, extractAll, type FeatureMaps, type Network, sliceMaps } from '../features';
import {
  type Dataset,
  type Mask,
  type RgbImage,
  type Sample,
  samplesOf,
  type SkippedSample,
} from '../images';
import type { LevelReconstruction, RebuiltMaps } from '../reconstruction';
import type { Computed, FeatureStore, LiveBank, LiveEvaluation, LiveImage, SplitFeatures } from './live';
import { keyOf } from './key-of';
import { createMemo } from './memo';
import { pictureOf } from './picture-of';
import { rebuildAll } from './rebuild-all';
import { stageKeys } from '../configuration';
import { indicesIn, usedIndex } from './used-samples';

/** The method on one data set, stage by stage; each stage remembers its results by the parameters that decided them. */
export interface Pipeline {
  dataset: Dataset;
  features(configuration: Configuration, split: Sample['split'], work?: LongWork): Promise<SplitFeatures>;
  bank(configuration: Configuration, work?: LongWork): Promise<LiveBank>;
  limits(configuration: Configuration, work?: LongWork): Promise<NominalLimits>;
  /**
   * Scores one test image quickly: its reconstruction is final, but the metric and the scale of its residuals are learnt from a few
   * nominal images only. `index` counts the data set's test samples, whether or not they can be used.
   *
   * @throws Error naming the sample and why it was skipped, where it cannot be used
   */
  preview(configuration: Configuration, index: number, work?: LongWork): Promise<LiveImage>;
  /** One test image, as {@link Pipeline.evaluate} has it. */
  image(configuration: Configuration, index: number, work?: LongWork): Promise<LiveImage>;
  evaluate(configuration: Configuration, work?: LongWork): Promise<LiveEvaluation>;
  /** A sample's image as the network sees it, and its mask at the size of the maps. */
  picture(configuration: Configuration, sample: Sample): Promise<{ image: RgbImage; mask: Mask | null }>;
  /**
   * The detector of a configuration, made of the remembered results: it gives exactly the scores of {@link Pipeline.evaluate}, and can be
   * saved.
   *
   * @throws Error when the weights of the backbone have changed since its features were computed
   */
  detector(configuration: Configuration, work?: LongWork): Promise<Detector>;
}

/** Parameters of {@link createPipeline}. */
export interface PipelineOptions {
  /** Bytes of memory for results. Default 2 GB. */
  memory?: number;
  /** Keeps features from one session to the next. Default: none, so that features are computed anew in every session. */
  store?: FeatureStore;
  /** Called for every stage that was computed, not remembered. */
  onComputed?: (computed: Computed) => void;
}

const usualMemory = 2e9;

/** The data set and the memory that all stages share. */
interface Context {
  dataset: Dataset;
  rememberFor: (configuration: Configuration) => Remember;
  store?: FeatureStore;
}

/** A configuration, and how its work is watched and stopped. */
interface Task {
  configuration: Configuration;
  work: LongWork;
  /** Nominal images that calibrate the bank. Default: as many as the detector's. */
  calibrationImages?: number;
}

/** Least number of exemplars that a search finds, so that moving the slider of their number does not search again. */
const leastSearched = 1500;

/**
 * The method as stages that remember their results: features, exemplars, memory bank, residuals, maps and scores. A changed
 * parameter computes only what lies downstream of it: a threshold nothing, smoothing the maps, a solver the bank's models and the
 * residuals, a sampler the exemplars, another image size everything.
 *
 * @param dataset whose training images are nominal and whose test images are shown
 * @example
 * ```ts
 * const [nut] = await openDatasets('synthetic', { categories: ['nut'] });
 * const stages: string[] = [];
 * const pipeline = createPipeline(nut, { onComputed: ({ stage }) => stages.push(stage) });
 * const changes = { backbone: 'scattering', size: 64 } as const;
 * await pipeline.evaluate(configure(changes));
 * stages.length = 0;
 * await pipeline.evaluate(configure({ ...changes, sigma: 3 }));
 * stages // ['limits', 'maps', 'metrics']
 * ```
 */
export function createPipeline(dataset: Dataset, options: PipelineOptions = {}): Pipeline {
  const { memory = usualMemory, store, onComputed } = options;
  const memo = createMemo(memory);
  const rememberFor =
    (configuration: Configuration): Remember =>
    ({ stage, granularity, detail }, make, bytes) => {
      const timed = async () => {
        const started = performance.now();
        const value = await make();
        onComputed?.({ stage, milliseconds: performance.now() - started });
        return value;
      };
      const key = keyOf(stage, configuration, granularity);
      return memo.get(JSON.stringify([stage, key, detail]), timed, bytes);
    };
  const context: Context = { dataset, rememberFor, store };
  return {
    dataset,
    features: (configuration, split, work = {}) => featuresOf(context, { configuration, work }, split),
    bank: (configuration, work = {}) => bankOf(context, { configuration, work }),
    limits: async (configuration, work = {}) => (await fittedOf(context, { configuration, work })).limits,
    preview: (configuration, index, work = {}) =>
      imageOf(context, { configuration, work, calibrationImages: 8 }, index),
    image: (configuration, index, work = {}) => imageOf(context, { configuration, work }, index),
    evaluate: (configuration, work = {}) => evaluationOf(context, { configuration, work }),
    picture: pictureOf,
    detector: (configuration, work = {}) => detectorOf(context, { configuration, work }),
  };
}

function featuresOf(
  { dataset, rememberFor, store }: Context,
  { configuration, work }: Task,
  split: Sample['split'],
): Promise<SplitFeatures> {
  const samples = samplesOf(dataset, split);
  const extract = async (): Promise<SplitFeatures> => {
    const network = await networkOf(configuration);
    const { weightsSha256 } = network;
    const make = () => extractSplit(network, samples, { configuration, work });
    if (!store) return make();
    const key = JSON.stringify([split, weightsSha256, stageKeys(configuration).features]);
    return { ...(await store.remember(key, samples, make)), weightsSha256 };
  };
  const remember = rememberFor(configuration);
  return remember({ stage: 'features', detail: split }, extract, ({ maps }) => bytesOf(maps));
}

async function extractSplit(
  network: Network,
  samples: readonly Sample[],
  { configuration, work }: Task,
): Promise<SplitFeatures> {
  const extractor = await createExtractor(network, configuration);
  try {
    const { fit, resize } = configuration;
    const skipped: SkippedSample[] = [];
    const options = { ...work, fit, resize, onSkip: (one: SkippedSample) => void skipped.push(one) };
    const { samples: used, maps } = await extractAll(extractor, samples, options);
    const { weightsSha256 } = network;
    return { samples: used, indices: indicesIn(samples, used), skipped, maps, weightsSha256 };
  } finally {
    await extractor.dispose();
  }
}

/** How a task's stages are fitted. */
function fittingOf({ rememberFor }: Context, { configuration, work, calibrationImages }: Task): Fitting {
  return { configuration, work, calibrationImages, remember: rememberFor(configuration), leastSearched };
}

async function bankOf(context: Context, task: Task): Promise<LiveBank> {
  const { samples, skipped, maps } = await featuresOf(context, task, 'train');
  return { ...(await fitBanks(maps, fittingOf(context, task))), training: samples, skipped };
}

async function fittedOf(context: Context, task: Task): Promise<LiveBank & { limits: NominalLimits }> {
  const bank = await bankOf(context, task);
  return { ...bank, limits: await limitsOf(bank.reconstructors, fittingOf(context, task)) };
}

async function detectorOf(context: Context, task: Task): Promise<Detector> {
  const { configuration } = task;
  const started = performance.now();
  const { weightsSha256 } = await featuresOf(context, task, 'train');
  const extracted = performance.now();
  const { training, skipped, notices, reconstructors, limits } = await fittedOf(context, task);
  const fit = {
    featureSeconds: (extracted - started) / 1000,
    bankSeconds: (performance.now() - extracted) / 1000,
    skipped,
    notices,
  };
  const network = await networkOf(configuration);
  if (network.weightsSha256 !== weightsSha256)
    throw new Error(
      `the weights of ${configuration.backbone} have changed since its features were computed: make a new pipeline`,
    );
  const state = stateOf({ configuration, weightsSha256, training, reconstructors, limits });
  return createDetector(state, await createExtractor(network, configuration), fit);
}

async function imageOf(context: Context, task: Task, index: number): Promise<LiveImage> {
  const { configuration } = task;
  const remember = context.rememberFor(configuration);
  const { reconstructors } = await bankOf(context, task);
  const features = await featuresOf(context, task, 'test');
  const { samples, maps } = features;
  const at = usedIndex(features, samplesOf(context.dataset, 'test'), index);
  const own = maps.map((map) => sliceMaps(map, at, at + 1));
  const levels: LevelReconstruction[] = [];
  for (const [order, granularity] of configuration.granularities.entries()) {
    const detail = JSON.stringify([index, task.calibrationImages]);
    const rebuild = () => reconstructors[order].reconstruct(own);
    const bytes = (rebuilt: LevelReconstruction[]) =>
      rebuilt.reduce(
        (sum, { rebuilt, codes }) => sum + 4 * rebuilt.data.length + 12 * codes.values.length,
        0,
      );
    levels.push(...(await remember({ stage: 'image', granularity, detail }, rebuild, bytes)));
  }
  const { maps: planes, scores } = mapsAndScores(levels, reconstructors, configuration);
  assertFiniteScores({ maps: planes, scores }, [samples[at]]);
  return { sample: samples[at], levels, map: planes[0], score: scores[0] };
}

async function evaluationOf(context: Context, task: Task): Promise<LiveEvaluation> {
  const { configuration, work } = task;
  const remember = context.rememberFor(configuration);
  const { reconstructors, limits } = await fittedOf(context, task);
  const { thresholds, nominalScores } = limits;
  const { samples, indices, skipped, maps: features } = await featuresOf(context, task, 'test');
  const rebuilt: RebuiltMaps[] = [];
  for (const [at, granularity] of configuration.granularities.entries()) {
    const rebuild = () => rebuildAll(reconstructors[at], features, work);
    const bytes = (levels: RebuiltMaps[]) =>
      levels.reduce((sum, { target, codes }) => sum + 5 * target.data.length + 12 * codes.values.length, 0);
    rebuilt.push(...(await remember({ stage: 'residuals', granularity }, rebuild, bytes)));
  }
  const draw = async () => {
    const drawn = mapsAndScores(rebuilt, reconstructors, configuration);
    assertFiniteScores(drawn, samples);
    return drawn;
  };
  const { maps, scores } = await remember({ stage: 'maps' }, draw, ({ maps: planes }) =>
    planes.reduce((sum, { data }) => sum + data.byteLength, 0),
  );
  const load = () =>
    Promise.all(samples.map(async (sample) => (await pictureOf(configuration, sample)).mask));
  const masks = await remember({ stage: 'masks', detail: indices.join() }, load, (planes) =>
    planes.reduce((sum, mask) => sum + (mask?.data.length ?? 0), 0),
  );
  const metrics = async () => measure({ samples, masks, maps, scores, thresholds, nominalScores });
  const measured = await remember({ stage: 'metrics' }, metrics, () => 1e6);
  return {
    configuration,
    samples,
    indices,
    skipped,
    masks,
    maps,
    imageScores: scores,
    thresholds,
    ...measured,
  };
}

function bytesOf(maps: readonly FeatureMaps[]): number {
  return maps.reduce((sum, { features }) => sum + features.data.byteLength, 0);
}
