import {
  assertFinite,
  createFeatureMatrix,
  type FeatureMaps,
  type FeatureMatrix,
  selectRows,
  selectMaps,
} from '../features';
import type { LongWork } from '../images';
import type { Sampling } from '../sampling';
import { ridge, type Solver, type SparseCodes } from '../subspace';
import { imageModel } from './image-model';
import type { ExemplarOrigin, LevelModel } from './level-model';
import {
  fitNormalization,
  type Normalization,
  type NormalizationOptions,
  normalizeMaps,
} from './normalization';
import { patchModel } from './patch-model';
import { positionModel } from './position-model';
import {
  euclidean,
  mahalanobis,
  type ResidualMetric,
  type ResidualMetricName,
  residualLengths,
} from './residual-metric';
import { type Granularity, granularities, type SamplerName, sampleBank } from './sample-bank';

/** Parameters of {@link fitReconstructor}. */
export interface ReconstructorOptions extends NormalizationOptions, LongWork {
  /** What one datum of the memory bank is. Default `image`. */
  granularity?: Granularity;
  /** With `position`: side of the square of positions around, an odd integer. Default 1. */
  window?: number;
  /** The self-expressive model. Default {@link ridge} with penalty 0.01. */
  solver?: Solver;
  /** Default `subspace`. */
  sampler?: SamplerName;
  /** Number of exemplars. Default: all images, or 1000 patches (all, if there are fewer). */
  exemplars?: number;
  /** Weight of the squared error in subspace sampling's cost, > 1. Default 50. */
  lambda?: number;
  /** Seed of the sampling. Default 0. */
  seed?: number;
  /** The level at which exemplars are chosen, `l_ref`; they then serve every level. Default: the highest level. */
  referenceLevel?: number;
  /** How residuals are measured. Default `mahalanobis`. */
  metric?: ResidualMetricName;
  /** Of the Mahalanobis metric, in mean variances. Default 1. */
  shrinkage?: number;
}

/** A level of a batch of images, rebuilt. */
export interface LevelReconstruction {
  level: number;
  count: number;
  height: number;
  width: number;
  /** Length of the residual at every position, `count * height * width` values. */
  residuals: Float32Array;
  /** The normalized features that were to be rebuilt, `[count * height * width, channels]`. */
  target: FeatureMatrix;
  /** What they were rebuilt as, in the same shape. */
  rebuilt: FeatureMatrix;
  /** Coefficients over the exemplars: a row per image (`image`) or per position. */
  codes: SparseCodes;
}

/** What a memory bank keeps of a level. */
export interface BankLevel {
  level: number;
  height: number;
  width: number;
  channels: number;
  /** Normalized: a row per image (`image`), per image and position (`position`) or per patch (`patch`). */
  exemplars: FeatureMatrix;
  /** Per-channel standardization; null where there is none. */
  channelNorm: { mean: Float32Array; scale: Float32Array } | null;
  /** `[channels, channels]`; a residual's length is that of its product with it. Null for the Euclidean length. */
  whitening: FeatureMatrix | null;
}

/** A memory bank of exemplars at every level, ready to rebuild test images. */
export interface Reconstructor {
  granularity: Granularity;
  window: number;
  unitNorm: boolean;
  referenceLevel: number;
  sampling: Sampling;
  /** Where each exemplar comes from. */
  exemplars: readonly ExemplarOrigin[];
  /** Bytes of the exemplars' features at all levels. */
  bytes: number;
  /** Mean and deviation of nominal residuals per level, images left out of their own reconstruction. */
  nominal: readonly { level: number; mean: number; deviation: number }[];
  /** What is kept of every level. */
  bank: readonly BankLevel[];
  /**
   * Rebuilds test images.
   *
   * @param maps the levels that the reconstructor was fitted on, in the same order
   * @throws RangeError when a level is missing, has another shape, or a feature is not finite
   */
  reconstruct(maps: readonly FeatureMaps[]): Promise<LevelReconstruction[]>;
}

/** Nominal images from which residuals are learnt, at most. */
const largestCalibration = 64;
/** Residual vectors from which a metric is learnt, at most. */
const largestResidualSample = 20_000;
const calibrationBatch = 8;

/**
 * Samples a memory bank and prepares the reconstruction of test images from it.
 *
 * Exemplars are chosen at the reference level. Each level then gets its dictionary, and its nominal residuals are learnt from up
 * to 64 nominal images, none of which may use itself.
 *
 * @param nominal features of the nominal images, one entry per level
 * @throws RangeError when an option is out of range, a feature is not finite, or there are fewer data than exemplars
 * @example
 * ```ts
 * const { maps } = await extractAll(extractor, samplesOf(dataset, 'train'));
 * const reconstructor = await fitReconstructor(maps, { solver: omp({ atoms: 20 }), exemplars: 50 });
 * const [level3] = await reconstructor.reconstruct(await extractor.extract([image]));
 * ```
 */
export async function fitReconstructor(
  nominal: readonly FeatureMaps[],
  options: ReconstructorOptions = {},
): Promise<Reconstructor> {
  const {
    granularity = 'image',
    window = 1,
    solver = ridge({ penalty: 0.01 }),
    sampler = 'subspace',
  } = options;
  const { metric = 'mahalanobis', shrinkage = 1, lambda, seed, onProgress, signal } = options;
  if (!granularities.includes(granularity)) {
    throw new RangeError(`granularity is ${granularity}; expected one of ${granularities.join(', ')}`);
  }
  if (!Number.isInteger(window) || window < 1 || window % 2 === 0) {
    throw new RangeError(`window is ${window}; expected an odd positive integer`);
  }
  if (metric !== 'euclidean' && metric !== 'mahalanobis') {
    throw new RangeError(`metric is ${metric}; expected euclidean or mahalanobis`);
  }
  if (nominal.length === 0) throw new RangeError('no levels were given; extract at least one');
  for (const maps of nominal) assertFinite(maps.features, `nominal features of level ${maps.level}`);

  const referenceLevel = options.referenceLevel ?? Math.max(...nominal.map(({ level }) => level));
  const referenceIndex = nominal.findIndex(({ level }) => level === referenceLevel);
  if (referenceIndex < 0) {
    const known = nominal.map(({ level }) => level).join(', ');
    throw new RangeError(`referenceLevel is ${referenceLevel}; expected one of ${known}`);
  }
  const normalizations = nominal.map(({ features }) => fitNormalization(features, options));
  const reference = normalizeMaps(nominal[referenceIndex], normalizations[referenceIndex]);
  const available = granularity === 'patch' ? reference.features.rows : reference.count;
  const exemplars = options.exemplars ?? (granularity === 'patch' ? Math.min(1000, available) : available);
  const bank = await sampleBank(reference, granularity, {
    sampler,
    exemplars,
    lambda,
    seed,
    onProgress,
    signal,
  });

  const levels: FittedLevel[] = [];
  for (let index = 0; index < nominal.length; index++) {
    signal?.throwIfAborted();
    const maps = index === referenceIndex ? reference : normalizeMaps(nominal[index], normalizations[index]);
    const { level, height, width } = maps;
    const kept = {
      level,
      height,
      width,
      channels: maps.features.cols,
      exemplars: exemplarsOf(maps, reference, bank.origins, granularity),
    };
    const model = await modelOf(kept, reference, bank.origins, granularity, window, solver);
    const { residualMetric, mean, deviation } = await calibrate(maps, model, metric, shrinkage, signal);
    const normalization = normalizations[index];
    const { channels: channelNorm } = normalization;
    const { whitening } = residualMetric;
    levels.push({ kept: { ...kept, channelNorm, whitening }, normalization, model, mean, deviation });
    onProgress?.({ stage: 'levels', done: index + 1, total: nominal.length });
  }
  const { unitNorm = false } = options;
  return assemble({
    granularity,
    window,
    unitNorm,
    referenceLevel,
    sampling: bank.sampling,
    exemplars: bank.origins,
    levels,
  });
}

/** What a reconstructor is made again from. */
export type SavedReconstructor = Pick<
  Reconstructor,
  'granularity' | 'window' | 'unitNorm' | 'referenceLevel' | 'sampling' | 'exemplars' | 'nominal' | 'bank'
>;

/** Makes a reconstructor again from what it keeps; it rebuilds images exactly as the fitted one does. */
export async function restoreReconstructor(
  saved: SavedReconstructor,
  solver: Solver,
): Promise<Reconstructor> {
  const { granularity, window, unitNorm, referenceLevel, exemplars, nominal } = saved;
  const reference = saved.bank.find(({ level }) => level === referenceLevel)!;
  const levels: FittedLevel[] = [];
  for (const [index, kept] of saved.bank.entries()) {
    const model = await modelOf(kept, reference, exemplars, granularity, window, solver);
    const { mean, deviation } = nominal[index];
    levels.push({ kept, normalization: { channels: kept.channelNorm, unitNorm }, model, mean, deviation });
  }
  return assemble({ ...saved, levels });
}

function assemble({
  levels,
  ...rest
}: Omit<SavedReconstructor, 'nominal' | 'bank'> & { levels: FittedLevel[] }): Reconstructor {
  return {
    ...rest,
    bytes: levels.reduce((sum, { kept }) => sum + kept.exemplars.data.byteLength, 0),
    nominal: levels.map(({ kept: { level }, mean, deviation }) => ({ level, mean, deviation })),
    bank: levels.map(({ kept }) => kept),
    async reconstruct(maps) {
      checkLevels(
        maps,
        levels.map(({ kept }) => kept),
      );
      const results: LevelReconstruction[] = [];
      for (const [index, { model, normalization, kept }] of levels.entries()) {
        const target = normalizeMaps(maps[index], normalization);
        const { rebuilt, codes } = await model.rebuild(target);
        const { level, count, height, width } = target;
        const residuals = await residualLengths(difference(target.features, rebuilt), kept);
        results.push({ level, count, height, width, residuals, target: target.features, rebuilt, codes });
      }
      return results;
    },
  };
}

interface FittedLevel {
  kept: BankLevel;
  normalization: Normalization;
  model: LevelModel;
  mean: number;
  deviation: number;
}

/** A grid of positions. */
type Grid = Pick<FeatureMaps, 'height' | 'width'>;

/** The normalized features that a level keeps. */
function exemplarsOf(
  maps: FeatureMaps,
  reference: Grid,
  origins: readonly ExemplarOrigin[],
  granularity: Granularity,
): FeatureMatrix {
  return granularity === 'patch'
    ? selectRows(maps.features, patchRows(origins, reference, maps))
    : selectMaps(maps, imagesOf(origins)).features;
}

function modelOf(
  { level, height, width, exemplars }: Pick<BankLevel, 'level' | 'height' | 'width' | 'exemplars'>,
  reference: Grid,
  origins: readonly ExemplarOrigin[],
  granularity: Granularity,
  window: number,
  solver: Solver,
): Promise<LevelModel> {
  if (granularity === 'patch') {
    return patchModel(exemplars, patchRows(origins, reference, { height, width }), solver);
  }
  const images = imagesOf(origins);
  const bank = { level, count: images.length, height, width, features: exemplars };
  return granularity === 'image'
    ? imageModel(bank, images, solver)
    : positionModel(bank, images, window, solver);
}

function imagesOf(origins: readonly ExemplarOrigin[]): Uint32Array {
  return Uint32Array.from(origins, ({ image }) => image);
}

/** Rows at another level of the patches chosen at the reference level: of the nearest position, each once. */
export function patchRows(
  origins: readonly ExemplarOrigin[],
  reference: Grid,
  { height, width }: Grid,
): Uint32Array {
  const rows = origins.map(({ image, position }) => {
    const y = Math.floor(((Math.floor(position! / reference.width) + 0.5) * height) / reference.height);
    const x = Math.floor((((position! % reference.width) + 0.5) * width) / reference.width);
    return (image * height + y) * width + x;
  });
  return Uint32Array.from(new Set(rows));
}

/** Learns what nominal residuals look like from nominal images that do not use themselves. */
async function calibrate(
  maps: FeatureMaps,
  model: LevelModel,
  metric: ResidualMetricName,
  shrinkage: number,
  signal?: AbortSignal,
): Promise<{ residualMetric: ResidualMetric; mean: number; deviation: number }> {
  const used = Math.min(largestCalibration, maps.count);
  const images = Array.from({ length: used }, (_, index) => Math.floor((index * maps.count) / used));
  const rowsPerImage = maps.height * maps.width;
  const step = Math.max(1, Math.ceil((used * rowsPerImage) / largestResidualSample));
  const { cols } = maps.features;
  const sample = createFeatureMatrix(Math.ceil((used * rowsPerImage) / step), cols);
  let kept = 0;
  for (let start = 0; start < used; start += calibrationBatch) {
    signal?.throwIfAborted();
    const own = images.slice(start, start + calibrationBatch);
    const batch = selectMaps(maps, own);
    const residuals = difference(batch.features, (await model.rebuild(batch, own)).rebuilt);
    for (let row = 0; row < residuals.rows; row++) {
      if ((start * rowsPerImage + row) % step !== 0) continue;
      sample.data.set(residuals.data.subarray(row * cols, (row + 1) * cols), kept++ * cols);
    }
  }
  const residualMetric = metric === 'mahalanobis' ? await mahalanobis(sample, shrinkage) : euclidean;
  const lengths = await residualLengths(sample, residualMetric);
  const mean = lengths.reduce((sum, value) => sum + value, 0) / kept;
  const variance = lengths.reduce((sum, value) => sum + (value - mean) ** 2, 0) / kept;
  return { residualMetric, mean, deviation: Math.sqrt(variance) || 1 };
}

function difference(target: FeatureMatrix, rebuilt: FeatureMatrix): FeatureMatrix {
  const residuals = createFeatureMatrix(target.rows, target.cols);
  for (let index = 0; index < residuals.data.length; index++) {
    residuals.data[index] = target.data[index] - rebuilt.data[index];
  }
  return residuals;
}

function checkLevels(maps: readonly FeatureMaps[], fitted: readonly BankLevel[]): void {
  const shape = (level: number, { height, width }: Grid, channels: number) =>
    `level ${level}: ${height}x${width}x${channels}`;
  const given = maps.map((map) => shape(map.level, map, map.features.cols));
  const expected = fitted.map((kept) => shape(kept.level, kept, kept.channels));
  if (given.join() !== expected.join()) {
    throw new RangeError(`test maps are [${given}]; the reconstructor was fitted on [${expected}]`);
  }
  for (const map of maps) assertFinite(map.features, `features of level ${map.level}`);
}
