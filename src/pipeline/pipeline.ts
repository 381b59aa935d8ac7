import { integerIn, type LongWork } from '../base';
import {
  type Configuration,
  exemplarOptionsOf,
  mapsAndScores,
  mapSizeOf,
  measure,
  networkOf,
  nominalLimits,
  weighGranularities,
} from '../detector';
import { createExtractor, extractAll, type FeatureMaps, sliceMaps } from '../features';
import {
  type Dataset,
  type Mask,
  type RgbImage,
  type Sample,
  samplesOf,
  type SkippedSample,
} from '../images';
import {
  fitReconstructor,
  type GatheredExemplars,
  gatherExemplars,
  granularities,
  type GranularityName,
  type LevelReconstruction,
  type RebuiltMaps,
  type Reconstructor,
  type ReconstructorOptions,
  sampleExemplars,
} from '../reconstruction';
import type {
  Computed,
  FeatureStore,
  LiveBank,
  LiveEvaluation,
  LiveImage,
  LiveLimits,
  SplitFeatures,
  Stage,
} from './live';
import { createMemo } from './memo';
import { pictureOf } from './picture-of';
import { rebuildAll } from './rebuild-all';
import { stageKeys } from './stage-keys';

/** The method on one data set, stage by stage; each stage remembers its results by what decided them. */
export interface Pipeline {
  dataset: Dataset;
  features(configuration: Configuration, split: Sample['split'], work?: LongWork): Promise<SplitFeatures>;
  bank(configuration: Configuration, work?: LongWork): Promise<LiveBank>;
  limits(configuration: Configuration, work?: LongWork): Promise<LiveLimits>;
  /**
   * One test image at once: its residuals are final, but their scale is learnt from a few nominal images only. `index` counts the
   * data set's test samples, whether they can be used or not.
   *
   * @throws Error naming the sample and why it was skipped, where it cannot be used
   */
  preview(configuration: Configuration, index: number, work?: LongWork): Promise<LiveImage>;
  /** One test image, as {@link Pipeline.evaluate} has it. */
  image(configuration: Configuration, index: number, work?: LongWork): Promise<LiveImage>;
  evaluate(configuration: Configuration, work?: LongWork): Promise<LiveEvaluation>;
  /** A sample's image as the network sees it, and its mask at the size of the maps. */
  picture(configuration: Configuration, sample: Sample): Promise<{ image: RgbImage; mask: Mask | null }>;
  /** Forgets everything that is in memory. */
  clear(): void;
}

/** Parameters of {@link createPipeline}. */
export interface PipelineOptions {
  /** Bytes of memory for results. Default 2 GB. */
  memory?: number;
  /** Keeps features from one session to the next. Default: nothing does. */
  store?: FeatureStore;
  /** Called for every stage that was computed, not remembered. */
  onComputed?: (computed: Computed) => void;
}

const usualMemory = 2e9;

/** Computes a stage, or remembers it. */
type Remember = <Value>(
  stage: Stage,
  key: string,
  make: () => Promise<Value>,
  bytes: (value: Value) => number,
) => Promise<Value>;

/** What all stages share. */
interface Context {
  dataset: Dataset;
  remember: Remember;
  store?: FeatureStore;
}

/** A configuration, and how its work is watched and stopped. */
interface Task {
  configuration: Configuration;
  work: LongWork;
  /** Nominal images that calibrate the bank. Default: as many as the detector's. */
  calibrationImages?: number;
}

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
  const remember: Remember = (stage, key, make, bytes) => {
    const timed = async () => {
      const started = performance.now();
      const value = await make();
      onComputed?.({ stage, milliseconds: performance.now() - started });
      return value;
    };
    return memo.get(`${stage} ${key}`, timed, bytes);
  };
  const context: Context = { dataset, remember, store };
  return {
    dataset,
    features: (configuration, split, work = {}) => featuresOf(context, { configuration, work }, split),
    bank: (configuration, work = {}) => bankOf(context, { configuration, work }),
    limits: (configuration, work = {}) => limitsOf(context, { configuration, work }),
    preview: (configuration, index, work = {}) =>
      imageOf(context, { configuration, work, calibrationImages: 8 }, index),
    image: (configuration, index, work = {}) => imageOf(context, { configuration, work }, index),
    evaluate: (configuration, work = {}) => evaluationOf(context, { configuration, work }),
    picture: pictureOf,
    clear: () => memo.clear(),
  };
}

function featuresOf(
  { dataset, remember, store }: Context,
  { configuration, work }: Task,
  split: Sample['split'],
): Promise<SplitFeatures> {
  const key = JSON.stringify([dataset.name, split, stageKeys(configuration).features]);
  const extract = async (): Promise<SplitFeatures> => {
    const samples = samplesOf(dataset, split);
    // The store's key names the images, so that an added one is seen.
    const storeKey = JSON.stringify([key, samples.map(({ path }) => path)]);
    const known = await store?.read(storeKey);
    if (known) return known;
    const extractor = await createExtractor(await networkOf(configuration), configuration);
    try {
      const { fit, resize } = configuration;
      const skipped: SkippedSample[] = [];
      const options = { ...work, fit, resize, onSkip: (one: SkippedSample) => void skipped.push(one) };
      const { samples: used, maps } = await extractAll(extractor, samples, options);
      const found = { samples: used, indices: indicesIn(samples, used), skipped, maps };
      await store?.write(storeKey, found);
      return found;
    } finally {
      await extractor.dispose();
    }
  };
  return remember('features', key, extract, ({ maps }) => bytesOf(maps));
}

async function bankOf(context: Context, task: Task): Promise<LiveBank> {
  const { configuration, work, calibrationImages } = task;
  const nominal = await featuresOf(context, task, 'train');
  const reconstructors: Reconstructor[] = [];
  const notices: string[] = [];
  for (const granularity of configuration.granularities) {
    const { options, notice } = exemplarOptionsOf(nominal.maps, configuration, granularity);
    if (notice) notices.push(notice);
    const gathered = await exemplarsOf(context, task, { granularity, nominal: nominal.maps, options });
    const fit = () => fitReconstructor(nominal.maps, { ...options, ...work, gathered, calibrationImages });
    const key = `${calibrationImages} ${stageKeys(configuration, granularity).bank}`;
    reconstructors.push(await context.remember('bank', key, fit, bytesOfBank));
  }
  const key = JSON.stringify([stageKeys(configuration).bank, configuration.mapSize, calibrationImages]);
  const weigh = async () => weighGranularities(reconstructors, configuration);
  const weighed = await context.remember('weights', key, weigh, () => 0);
  return { reconstructors: weighed, training: nominal.samples, skipped: nominal.skipped, notices };
}

/** Exemplars that are searched at least: the first picks of a search are those of a shorter one. */
const leastSearched = 1500;

async function exemplarsOf(
  { remember }: Context,
  { configuration, work }: Task,
  {
    granularity,
    nominal,
    options,
  }: { granularity: GranularityName; nominal: readonly FeatureMaps[]; options: ReconstructorOptions },
): Promise<GatheredExemplars> {
  const { available, defaultExemplars } = granularities[granularity];
  const reference = nominal.find(({ level }) => level === options.referenceLevel) ?? nominal.at(-1)!;
  const most = available(reference);
  const wanted = options.exemplars ?? defaultExemplars(most);
  const exemplars = Math.min(most, Math.max(wanted, leastSearched));
  const key = `${exemplars} ${stageKeys(configuration, granularity).exemplars}`;
  const sample = () => sampleExemplars(nominal, { ...options, ...work, exemplars });
  const { sampling, origins, ...found } = await remember(
    'exemplars',
    key,
    sample,
    (value) => 32 * value.origins.length,
  );
  const gather = () => {
    const indices = sampling.indices.slice(0, wanted);
    const costs = sampling.costs.slice(0, wanted);
    const some = { ...found, sampling: { ...sampling, indices, costs }, origins: origins.slice(0, wanted) };
    return gatherExemplars(nominal, some, granularity);
  };
  const bytes = ({ levels }: GatheredExemplars) => levels.reduce((sum, { data }) => sum + data.byteLength, 0);
  return remember('exemplars', `${wanted} of ${key}`, gather, bytes);
}

async function limitsOf(context: Context, task: Task): Promise<LiveLimits> {
  const { configuration } = task;
  const { reconstructors } = await bankOf(context, task);
  const { imageFalseAlarms, pixelFalseAlarms } = configuration;
  const key = JSON.stringify([stageKeys(configuration).maps, imageFalseAlarms, pixelFalseAlarms]);
  const limit = async () => nominalLimits(reconstructors, configuration);
  return context.remember('limits', key, limit, () => 0);
}

async function imageOf(context: Context, task: Task, index: number): Promise<LiveImage> {
  const { configuration } = task;
  const { reconstructors } = await bankOf(context, task);
  const features = await featuresOf(context, task, 'test');
  const { samples, maps } = features;
  const at = usedIndex(features, samplesOf(context.dataset, 'test'), index);
  const own = maps.map((map) => sliceMaps(map, at, at + 1));
  const levels: LevelReconstruction[] = [];
  for (const [order, granularity] of configuration.granularities.entries()) {
    const key = `${index} ${task.calibrationImages} ${stageKeys(configuration, granularity).bank}`;
    const rebuild = () => reconstructors[order].reconstruct(own);
    const bytes = (rebuilt: LevelReconstruction[]) =>
      rebuilt.reduce(
        (sum, { rebuilt, codes }) => sum + 4 * rebuilt.data.length + 12 * codes.values.length,
        0,
      );
    levels.push(...(await context.remember('image', key, rebuild, bytes)));
  }
  const { maps: planes, scores } = mapsAndScores(levels, reconstructors, configuration);
  return { sample: samples[at], levels, map: planes[0], score: scores[0] };
}

async function evaluationOf(context: Context, task: Task): Promise<LiveEvaluation> {
  const { configuration, work } = task;
  const { reconstructors } = await bankOf(context, task);
  const { thresholds } = await limitsOf(context, task);
  const { samples, indices, skipped, maps: features } = await featuresOf(context, task, 'test');
  const rebuilt: RebuiltMaps[] = [];
  for (const [at, granularity] of configuration.granularities.entries()) {
    const { bank: key } = stageKeys(configuration, granularity);
    const rebuild = () => rebuildAll(reconstructors[at], features, work);
    const bytes = (levels: RebuiltMaps[]) =>
      levels.reduce((sum, { target, codes }) => sum + 5 * target.data.length + 12 * codes.values.length, 0);
    rebuilt.push(...(await context.remember('residuals', key, rebuild, bytes)));
  }
  const draw = async () => mapsAndScores(rebuilt, reconstructors, configuration);
  const { maps, scores } = await context.remember(
    'maps',
    stageKeys(configuration).maps,
    draw,
    ({ maps: planes }) => planes.reduce((sum, { data }) => sum + data.byteLength, 0),
  );
  const masks = await masksOf(context, configuration, samples);
  const key = JSON.stringify([stageKeys(configuration).maps, thresholds]);
  const metrics = async () => measure({ samples, masks, maps, scores, thresholds });
  const measured = await context.remember('metrics', key, metrics, () => 1e6);
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

function masksOf(
  { remember }: Context,
  configuration: Configuration,
  samples: readonly Sample[],
): Promise<(Mask | null)[]> {
  const { fit, resize } = configuration;
  const key = JSON.stringify([mapSizeOf(configuration), fit, resize, samples.map(({ path }) => path)]);
  const load = () =>
    Promise.all(samples.map(async (sample) => (await pictureOf(configuration, sample)).mask));
  return remember('masks', key, load, (masks) =>
    masks.reduce((sum, mask) => sum + (mask?.data.length ?? 0), 0),
  );
}

/** Where samples stand in a list that holds them, both in the same order. */
function indicesIn(all: readonly Sample[], used: readonly Sample[]): number[] {
  let from = 0;
  return used.map((sample) => (from = all.indexOf(sample, from) + 1) - 1);
}

/**
 * Where a sample of the split stands among those that were used.
 *
 * @throws RangeError when the split has no such sample; Error naming it and why it was skipped
 */
function usedIndex({ indices, skipped }: SplitFeatures, all: readonly Sample[], index: number): number {
  integerIn({ index }, [0, all.length - 1]);
  const at = indices.indexOf(index);
  if (at >= 0) return at;
  const { path } = all[index];
  throw new Error(`${path} was skipped: ${skipped.find((one) => one.path === path)?.reason}`);
}

function bytesOf(maps: readonly FeatureMaps[]): number {
  return maps.reduce((sum, { features }) => sum + features.data.byteLength, 0);
}

/** What solvers derive of exemplars, and the left-out images' targets. */
function bytesOfBank({ leftOut, bank }: Reconstructor): number {
  const targets = leftOut.reduce((sum, { target }) => sum + target.data.byteLength, 0);
  const products = bank.reduce((sum, { exemplars }) => sum + 8 * Math.min(exemplars.rows, 4000) ** 2, 0);
  return targets + products;
}
