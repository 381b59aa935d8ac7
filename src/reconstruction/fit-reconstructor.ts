import { extent, integerIn, type LongWork, numberIn, oddInteger, oneOf, stopIfAborted } from '../base';
import type { FeatureMaps } from '../features';
import { assertFinite } from '../matrix';
import type { Sampling } from '../sampling';
import { ridge, type Solver } from '../subspace';
import { calibrate, type RebuiltMaps } from './calibrate';
import {
  type ExemplarOrigin,
  granularities,
  type GranularityName,
  granularityNames,
  type LevelModel,
  type SamplerName,
  samplerNames,
} from './granularity';
import { fitNormalization, type NormalizationOptions, normalizeMaps } from './normalization';
import { assembleReconstructor, type BankLevel, type Reconstructor } from './reconstructor';
import { type ResidualMetricName, residualMetricNames } from './residual-metric';

/** Parameters of {@link fitReconstructor}. */
export interface ReconstructorOptions extends NormalizationOptions, LongWork {
  /** What one entry of the memory bank is: a whole image, a position of all images, or a patch of any image. Default `image`. */
  granularity?: GranularityName;
  /** With `position`: side of the square of positions around, an odd integer. Default 1. */
  window?: number;
  /** The self-expressive model. Default {@link ridge} with penalty 0.01. */
  solver?: Solver;
  /** Default `subspace`. */
  sampler?: SamplerName;
  /** Number of exemplars. Default: all images, or 1500 patches (all, if there are fewer). */
  exemplars?: number;
  /** Weight of the squared error in subspace sampling's cost, > 1. Default 50. */
  lambda?: number;
  /** Seed of the sampling. Default 0. */
  seed?: number;
  /** The level at which exemplars are chosen, `l_ref`; they then serve every level. Default: the highest level. */
  referenceLevel?: number;
  /** How residuals are measured. Default `mahalanobis`. */
  metric?: ResidualMetricName;
  /** Of the Mahalanobis metric, in mean variances, > 0. Default 1. */
  shrinkage?: number;
  /** Nominal images from which residuals are learnt, at most, a positive integer. Default 64. */
  calibrationImages?: number;
  /** Exemplars that were chosen before on the same features, see {@link sampleExemplars}. Default: they are chosen. */
  sampled?: SampledExemplars;
}

/** Exemplars, and how they were found. */
export interface SampledExemplars {
  sampling: Sampling;
  origins: ExemplarOrigin[];
}

/**
 * Samples a memory bank and prepares the reconstruction of test images from it.
 *
 * Exemplars are chosen at the reference level, where they minimize `max_x f(x, S)` (`subspace`), or cover the features
 * (`kCenter`). Each level then gets its dictionary `X_S`; a test feature x is rebuilt as `X_S c`, and its residual is
 * `x - X_S c`. Nominal residuals are learnt from up to 64 nominal images, none of which may use itself.
 *
 * @param nominal features of the nominal images, one entry per level
 * @returns the reconstructor: its exemplars, their origins, and `reconstruct`
 * @throws RangeError when an option is out of range, a feature is not finite, or there are fewer entries than exemplars
 * @see Hotta, Zhang, Hagihara, Akashi, arXiv 2309.13904, section 3
 * @example
 * ```ts
 * // Two nominal images of one level with 1x2 positions and 2 channels.
 * const features = featureMatrixFrom([[1, 0], [0, 1], [2, 0], [0, 3]]);
 * const nominal = [{ level: 1, count: 2, height: 1, width: 2, features }];
 * const reconstructor = await fitReconstructor(nominal, { metric: 'euclidean' });
 * const [{ residuals }] = await reconstructor.reconstruct(nominal);
 * residuals.length // 4
 * ```
 */
export async function fitReconstructor(
  nominal: readonly FeatureMaps[],
  options: ReconstructorOptions = {},
): Promise<Reconstructor> {
  const { granularity = 'image', window = 1, unitNorm = false, metric = 'mahalanobis' } = options;
  const { solver = ridge({ penalty: 0.01 }), shrinkage = 1, calibrationImages = 64 } = options;
  const { onProgress, signal } = options;
  oneOf({ metric }, residualMetricNames);
  oddInteger({ window });
  numberIn({ shrinkage }, { above: 0 });
  integerIn({ calibrationImages }, [1]);
  const { kind, normalizations, reference, referenceIndex } = prepare(nominal, options);
  const { level: referenceLevel } = reference;
  const { sampling, origins } = options.sampled ?? (await choose(reference, options));
  const set = { origins, window, reference };

  const bank: BankLevel[] = [];
  const models: LevelModel[] = [];
  const leftOutMaps: RebuiltMaps[] = [];
  for (const [index, { level, height, width, features }] of nominal.entries()) {
    stopIfAborted(signal);
    const maps = index === referenceIndex ? reference : normalizeMaps(nominal[index], normalizations[index]);
    const exemplarsHere = await kind.exemplarsAt(maps, set);
    const kept = { level, height, width, channels: features.cols, exemplars: exemplarsHere };
    const model = await kind.model(kept, set, solver);
    const { residualMetric, calibration, leftOut } = await calibrate(maps, model, {
      metric,
      shrinkage,
      images: calibrationImages,
      signal,
    });
    const { channels: channelNorm, centre } = normalizations[index];
    bank.push({ ...kept, channelNorm, centre, whitening: residualMetric.whitening, calibration });
    models.push(model);
    leftOutMaps.push(leftOut);
    onProgress?.({ stage: 'levels', done: index + 1, total: nominal.length });
  }
  const state = { granularity, window, unitNorm, metric, referenceLevel, sampling, origins, bank };
  return assembleReconstructor(state, models, leftOutMaps);
}

/**
 * Chooses the exemplars of {@link fitReconstructor} alone, which no solver and no metric has a part in.
 *
 * @throws RangeError as it does
 */
export async function sampleExemplars(
  nominal: readonly FeatureMaps[],
  options: ReconstructorOptions = {},
): Promise<SampledExemplars> {
  return choose(prepare(nominal, options).reference, options);
}

/** The normalized features at the reference level, after all is checked that they depend on. */
function prepare(nominal: readonly FeatureMaps[], options: ReconstructorOptions) {
  const { granularity = 'image' } = options;
  oneOf({ granularity }, granularityNames);
  if (nominal.length === 0) throw new RangeError('no levels were given; extract at least one');
  for (const maps of nominal) assertFinite(maps.features, `nominal features of level ${maps.level}`);
  const referenceLevel = options.referenceLevel ?? extent(nominal.map(({ level }) => level))[1];
  oneOf(
    { referenceLevel: String(referenceLevel) },
    nominal.map(({ level }) => String(level)),
  );
  const referenceIndex = nominal.findIndex(({ level }) => level === referenceLevel);
  const kind = granularities[granularity];
  const normalizations = nominal.map((maps) => fitNormalization(maps, options, kind.keepsImages));
  const reference = normalizeMaps(nominal[referenceIndex], normalizations[referenceIndex]);
  return { kind, normalizations, reference, referenceIndex };
}

function choose(reference: FeatureMaps, options: ReconstructorOptions): Promise<SampledExemplars> {
  const { granularity = 'image', sampler = 'subspace', lambda, seed, onProgress, signal } = options;
  oneOf({ sampler }, samplerNames);
  const kind = granularities[granularity];
  const exemplars = options.exemplars ?? kind.defaultExemplars(kind.available(reference));
  return kind.sample(reference, { sampler, exemplars, lambda, seed, onProgress, signal });
}
