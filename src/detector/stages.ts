import { concatenate, type LongWork, quantile, runStage } from '../base';
import {
  type Configuration,
  ignoredInImages,
  ignoredPixels,
  modelOptionsOf,
  type SizedConfiguration,
} from '../configuration';
import {
  type FeatureMaps,
  type FeatureSource,
  ignoredPositions,
  sliceMaps,
  sourceOf,
  usedPositions,
  withoutPositions,
} from '../features';
import type { Plane } from '../images';
import {
  fitReconstructor,
  type GatheredExemplars,
  gatherExemplars,
  granularities,
  type GranularityName,
  type LevelReconstruction,
  type Reconstructor,
  type ReconstructorOptions,
  sampleExemplars,
  usedAtAllLevels,
  usualCalibrationImages,
} from '../reconstruction';
import { type NominalPixels, nominalPixelsOf } from './nominal-pixels';
import { assertFiniteScores, batchSize, mapsAndScores, usedPixels } from './score-batches';
import { leastCounted, nominalThresholds, type Thresholds } from './thresholds';
import { usedValues } from './used-values';
import { weighGranularities } from './weigh-granularities';
import { withStage } from './with-stage';

/** A stage of the method, from images to scores. */
export type Stage =
  | 'features'
  | 'exemplars'
  | 'bank'
  | 'weights'
  | 'limits'
  | 'image'
  | 'residuals'
  | 'maps'
  | 'masks'
  | 'metrics';

/** Gives the value of a stage: makes it, or remembers one that was made of the same. */
export type Remember = <Value>(
  stage: {
    stage: Stage;
    /** Where the stage is one of a granularity alone. */
    granularity?: GranularityName;
    /** Decides the value beside the configuration and the data. */
    detail?: string | number;
  },
  make: () => Promise<Value>,
  bytes: (value: Value) => number,
) => Promise<Value>;

/** Makes every value anew, each as a stage of the work. */
export function makeAnew(work: LongWork): Remember {
  return ({ stage, granularity }, make) => runStage(work, { stage, part: granularity }, make);
}

/** The configuration, memory and options that the stages of fitting share. */
export interface Fitting {
  configuration: SizedConfiguration;
  remember: Remember;
  work: LongWork;
  /** Features of nominal images that set the thresholds. Default: nominal images that are left out of their own reconstruction. */
  validation?: readonly FeatureMaps[];
  /** Nominal images that calibrate the bank. Default: as many as {@link fitReconstructor}'s. */
  calibrationImages?: number;
  /** Exemplars that are searched at least, since the first picks of a search are those of a shorter one. Default: those asked for. */
  leastSearched?: number;
}

/** Features of the nominal images at a level, in memory or in a store. */
type NominalFeatures = FeatureMaps | FeatureSource;

/** Memory banks of nominal features, one per granularity, with the weights of their maps. */
export async function fitBanks(
  given: readonly NominalFeatures[],
  fitting: Fitting,
): Promise<{ reconstructors: readonly Reconstructor[]; notices: string[] }> {
  const { configuration, remember, work, calibrationImages } = fitting;
  const reconstructors: Reconstructor[] = [];
  const nominal = withoutIgnored(given, configuration);
  const notices = nominalNotices(nominal[0].count, fitting);
  for (const granularity of configuration.granularities) {
    const { options, notice } = exemplarOptionsOf(nominal, configuration, granularity);
    if (notice) notices.push(notice);
    const told = withStage(work, `${granularity} exemplars`);
    const gathered = await exemplarsOf(nominal, { ...options, ...told }, { ...fitting, granularity });
    const fit = () => fitReconstructor(nominal, { ...options, ...told, gathered, calibrationImages });
    reconstructors.push(
      await remember({ stage: 'bank', granularity, detail: calibrationImages }, fit, bytesOfBank),
    );
  }
  const weigh = async () => weighGranularities(reconstructors, configuration);
  const weighed = await remember({ stage: 'weights', detail: calibrationImages }, weigh, () => 0);
  return { reconstructors: weighed, notices };
}

/** Features without the positions that are ignored. */
function withoutIgnored(
  nominal: readonly NominalFeatures[],
  configuration: SizedConfiguration,
): readonly NominalFeatures[] {
  const mask = ignoredInImages(configuration);
  if (!mask) return nominal;
  const sources = nominal.map((maps) => withoutPositions(sourceOf(maps), ignoredPositions(mask, maps)));
  const pixels = ignoredPixels(configuration)!;
  for (const source of sources)
    if (usedPositions(usedAtAllLevels(source, sources)) === 0 || usedPixels(pixels) === 0)
      throw new RangeError(
        `the ignored region leaves no position of level ${source.level} to look at; expected a mask that leaves more of the image`,
      );
  return sources;
}

async function exemplarsOf(
  nominal: readonly NominalFeatures[],
  options: ReconstructorOptions,
  { granularity, remember, leastSearched = 0 }: Fitting & { granularity: GranularityName },
): Promise<GatheredExemplars> {
  const most = availableIn(nominal, granularity, options);
  const wanted = options.exemplars ?? granularities[granularity].defaultExemplars(most);
  const exemplars = Math.min(most, Math.max(wanted, leastSearched));
  const sample = () => sampleExemplars(nominal, { ...options, exemplars });
  const { sampling, origins, ...found } = await remember(
    { stage: 'exemplars', granularity, detail: exemplars },
    sample,
    (value) => 32 * value.origins.length,
  );
  const gather = async () => {
    const indices = sampling.indices.slice(0, wanted);
    const costs = sampling.costs.slice(0, wanted);
    const some = { ...found, sampling: { ...sampling, indices, costs }, origins: origins.slice(0, wanted) };
    return gatherExemplars(nominal, some, granularity);
  };
  return remember(
    { stage: 'exemplars', granularity, detail: `${wanted} of ${exemplars}` },
    gather,
    ({ levels }) => levels.reduce((sum, { data }) => sum + data.byteLength, 0),
  );
}

/** {@link modelOptionsOf} with a number of exemplars that the nominal features can give, and a notice where it was cut down. */
function exemplarOptionsOf(
  maps: readonly NominalFeatures[],
  configuration: Configuration,
  granularity: GranularityName,
): { options: ReconstructorOptions; notice?: string } {
  const options = modelOptionsOf(configuration, granularity);
  const available = availableIn(maps, granularity, options);
  const { exemplars } = options;
  if (exemplars === undefined || !granularities[granularity].isSampled) return { options };
  if (exemplars < 1)
    return { options: { ...options, exemplars: Math.max(1, Math.round(exemplars * available)) } };
  if (exemplars <= available) return { options };
  const kind = granularities[granularity].keepsImages ? 'images' : 'patches';
  const notice = `${exemplars} exemplars were asked for, and there are ${available} nominal ${kind}: all of them are kept`;
  return { options: { ...options, exemplars: available }, notice };
}

/** Number of entries that nominal maps offer at the level where exemplars are chosen. */
function availableIn(
  maps: readonly NominalFeatures[],
  granularity: GranularityName,
  { referenceLevel }: ReconstructorOptions,
): number {
  const reference = maps.find(({ level }) => level === referenceLevel) ?? maps.at(-1)!;
  return granularities[granularity].available(usedAtAllLevels(sourceOf(reference), maps.map(sourceOf)));
}

/**
 * Notices that the image threshold is fitted.
 *
 * @throws RangeError when there is one image to set thresholds by
 */
function nominalNotices(
  nominal: number,
  {
    configuration: { imageFalseAlarms: rate },
    calibrationImages = usualCalibrationImages,
    validation,
  }: Fitting,
): string[] {
  if (nominal === 1)
    throw new RangeError(
      'there is one nominal image; expected at least 2, better 60: with none left to reconstruct it from, nothing says which scores are nominal',
    );
  const kind = validation ? 'validation' : 'nominal';
  const used = validation ? validation[0].count : Math.min(nominal, calibrationImages);
  if (used === 1)
    throw new RangeError(
      `there is one ${kind} image; expected at least 2, better 60: the spread of one score is unknown`,
    );
  const least = leastCounted(rate);
  if (used >= least) return [];
  const advice =
    validation || least <= calibrationImages
      ? `; give ${least} images or more to have them counted instead`
      : '';
  return [
    `the image threshold takes the scores of ${used} ${kind} images to be normally distributed: their number alone bears a rate of false alarms of ${(1 / (used + 1)).toPrecision(2)} at best, and ${rate} is asked for${advice}`,
  ];
}

/** Thresholds and the range of heat colours, from nominal images that are in no exemplar that reconstructs them. */
export interface NominalLimits {
  thresholds: Thresholds;
  /** Map values that heat colours span. */
  heatRange: readonly [number, number];
  /** Image scores of these images. */
  nominalScores: readonly number[];
  /** Pixels of their maps; absent for a bank of an earlier version. */
  nominalPixels?: NominalPixels;
}

/** Thresholds and the range of heat colours, from validation images, or from reconstructors whose left-out images are at hand. */
export function limitsOf(
  reconstructors: readonly Reconstructor[],
  { configuration, remember, calibrationImages, validation }: Fitting,
): Promise<NominalLimits> {
  const limit = async () => {
    const nominal = validation
      ? await scoresOf(validation, reconstructors, configuration)
      : mapsAndScores(
          reconstructors.flatMap(({ leftOut }) => leftOut),
          reconstructors,
          configuration,
        );
    const kind = validation ? 'validation' : 'left-out nominal';
    assertFiniteScores(
      nominal,
      nominal.maps.map((_, index) => ({ path: `${kind} image ${index}` })),
    );
    const { imageFalseAlarms: image, pixelFalseAlarms: pixel } = configuration;
    const ignored = ignoredPixels(configuration);
    const maps = nominal.maps.map((map) => ({ data: usedValues(map, ignored) }));
    const thresholds = nominalThresholds({ ...nominal, maps }, { image, pixel });
    const heatRange = heatRangeOf(maps, thresholds);
    const pixels = concatenate(
      maps.map(({ data }) => data),
      Float32Array,
    );
    const nominalScores = Array.from(nominal.scores);
    return { thresholds, heatRange, nominalScores, nominalPixels: nominalPixelsOf(pixels) };
  };
  return remember({ stage: 'limits', detail: calibrationImages }, limit, () => 0);
}

/** Maps and scores of images whose features are at hand, a batch at a time. */
async function scoresOf(
  features: readonly FeatureMaps[],
  reconstructors: readonly Reconstructor[],
  configuration: SizedConfiguration,
): Promise<{ maps: Plane[]; scores: Float32Array }> {
  const [{ count }] = features;
  const maps: Plane[] = [];
  const scores = new Float32Array(count);
  for (let start = 0; start < count; start += batchSize) {
    const batch = features.map((map) => sliceMaps(map, start, Math.min(count, start + batchSize)));
    const levels: LevelReconstruction[] = [];
    for (const { reconstruct } of reconstructors) levels.push(...(await reconstruct(batch)));
    const scored = mapsAndScores(levels, reconstructors, configuration);
    maps.push(...scored.maps);
    scores.set(scored.scores, start);
  }
  return { maps, scores };
}

/** Map values that heat colours span: from the median of nominal images to twice as far above it as the threshold is. */
function heatRangeOf(maps: readonly Pick<Plane, 'data'>[], thresholds: Thresholds): [number, number] {
  const medians = maps.map(({ data }) => quantile(data, 0.5));
  return heatRangeAbove(quantile(medians, 0.5), thresholds);
}

/** Map values that heat colours span, whose least one is known. */
export function heatRangeAbove(low: number, { pixel }: Thresholds): [number, number] {
  return [low, low + 2 * Math.max(1e-6, pixel - low)];
}

/** Estimated bytes of a bank: the products that solvers derive from exemplars, Gaussians as they are, and the left-out images' targets. */
function bytesOfBank({ leftOut, bank, granularity }: Reconstructor): number {
  const { isSampled } = granularities[granularity];
  const targets = leftOut.map(({ target }) => target.data.byteLength);
  const models = bank.map(({ exemplars: { rows, data } }) =>
    isSampled ? 8 * Math.min(rows, 4000) ** 2 : data.byteLength,
  );
  return [...targets, ...models].reduce((sum, bytes) => sum + bytes, 0);
}
