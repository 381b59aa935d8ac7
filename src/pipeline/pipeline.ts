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
  openFeatures,
  type NominalLimits,
  type Remember,
  type SizedConfiguration,
  stateOf,
} from '../detector';
import { createExtractor, type FeatureMaps, type FeatureStore, readAll, sliceMaps } from '../features';
import { type Dataset, type Mask, type RgbImage, type Sample, samplesOf } from '../images';
import type { LevelReconstruction, RebuiltMaps } from '../reconstruction';
import type { Computed, LiveBank, LiveEvaluation, LiveImage, SplitFeatures } from './live';
import { keyOf } from './key-of';
import { createMemo } from './memo';
import { pictureOf } from './picture-of';
import { rebuildAll } from './rebuild-all';
import { settleConfigurations } from './settle-configuration';
import { usedIndex } from './used-samples';

/** The method on one data set, stage by stage; each stage remembers its results by the parameters that decided them. */
export interface Pipeline {
  dataset: Dataset;
  /** The configuration with its size in pixels: what `auto` is for the training images. */
  sized(configuration: Configuration): Promise<SizedConfiguration>;
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
  rememberFor: (configuration: SizedConfiguration) => Remember;
  store?: FeatureStore;
}

/** A configuration, and how its work is watched and stopped. */
interface Task {
  configuration: SizedConfiguration;
  work: LongWork;
  /** Sentences that the user should know about the configuration. */
  notices: readonly string[];
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
    (configuration: SizedConfiguration): Remember =>
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
  const { sized, settled } = settleConfigurations(dataset);
  const taskOf = async (given: Configuration, work: LongWork = {}): Promise<Task> => ({
    ...(await settled(given)),
    work,
  });
  return {
    dataset,
    sized,
    features: async (configuration, split, work) =>
      featuresOf(context, await taskOf(configuration, work), split),
    bank: async (configuration, work) => bankOf(context, await taskOf(configuration, work)),
    limits: async (configuration, work) =>
      (await fittedOf(context, await taskOf(configuration, work))).limits,
    preview: async (configuration, index, work) =>
      imageOf(context, { ...(await taskOf(configuration, work)), calibrationImages: 8 }, index),
    image: async (configuration, index, work) => imageOf(context, await taskOf(configuration, work), index),
    evaluate: async (configuration, work) => evaluationOf(context, await taskOf(configuration, work)),
    picture: async (configuration, sample) => pictureOf((await taskOf(configuration)).configuration, sample),
    detector: async (configuration, work) => detectorOf(context, await taskOf(configuration, work)),
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
    const extractor = await createExtractor(network, configuration);
    try {
      const opened = await openFeatures(extractor, samples, { configuration, weightsSha256, work, store });
      const { maps: sources, close, ...known } = opened;
      const maps: FeatureMaps[] = [];
      for (const source of sources) maps.push(await readAll(source));
      await close();
      return { ...known, maps, weightsSha256 };
    } finally {
      await extractor.dispose();
    }
  };
  const remember = rememberFor(configuration);
  return remember({ stage: 'features', detail: split }, extract, ({ maps }) => bytesOf(maps));
}

/** How a task's stages are fitted. */
function fittingOf(
  { rememberFor }: Context,
  { configuration, work, calibrationImages }: Task,
  validation?: SplitFeatures,
): Fitting {
  const remember = rememberFor(configuration);
  return { configuration, work, calibrationImages, remember, leastSearched, validation: validation?.maps };
}

/** Features of the validation images; undefined where the data set has none. */
async function validationOf(context: Context, task: Task): Promise<SplitFeatures | undefined> {
  const hasSome = context.dataset.samples.some(({ split }) => split === 'validation');
  return hasSome ? featuresOf(context, task, 'validation') : undefined;
}

async function bankOf(context: Context, task: Task): Promise<LiveBank> {
  const { samples, skipped, maps } = await featuresOf(context, task, 'train');
  const validation = await validationOf(context, task);
  const { reconstructors, notices } = await fitBanks(maps, fittingOf(context, task, validation));
  return {
    reconstructors,
    notices: [...task.notices, ...notices],
    training: samples,
    skipped: [...skipped, ...(validation?.skipped ?? [])],
  };
}

async function fittedOf(context: Context, task: Task): Promise<LiveBank & { limits: NominalLimits }> {
  const bank = await bankOf(context, task);
  const fitting = fittingOf(context, task, await validationOf(context, task));
  return { ...bank, limits: await limitsOf(bank.reconstructors, fitting) };
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
  const metrics = async () =>
    measure({ configuration, samples, masks, maps, scores, thresholds, nominalScores });
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
