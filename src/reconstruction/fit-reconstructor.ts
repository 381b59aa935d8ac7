import { integerIn, oddInteger, stopIfAborted } from '../base';
import { type FeatureMaps, type FeatureSource, sourceOf } from '../features';
import { ridge, type Solver } from '../subspace';
import { calibrate, type RebuiltMaps } from './calibrate';
import { type GatheredExemplars, gatherExemplars } from './gather-exemplars';
import { granularities, type LevelModel } from './granularity';
import { assembleReconstructor, type BankLevel, type Reconstructor } from './reconstructor';
import { residualMetricOptions, type ResidualMetricOptions } from './residual-metric';
import { sampleExemplars, type SamplingOptions } from './sample-exemplars';

/** Nominal images from which residuals are learnt where no number is given. */
export const usualCalibrationImages = 64;

/** Parameters of {@link fitReconstructor}. */
export interface ReconstructorOptions extends SamplingOptions, ResidualMetricOptions {
  /** With `position`: side of the square of positions around, an odd integer. Default 1. */
  window?: number;
  /** The self-expressive model. Default {@link ridge} with penalty 0.01. */
  solver?: Solver;
  /** Nominal images from which residuals are learnt, at most, a positive integer. Default 64. */
  calibrationImages?: number;
  /** Exemplars that were gathered before from the same features, see {@link gatherExemplars}. Default: they are chosen. */
  gathered?: GatheredExemplars;
}

/**
 * Samples a memory bank and prepares the reconstruction of test images from it.
 *
 * Exemplars are chosen at the reference level, where they minimize `max_x f(x, S)` (`subspace`), or cover the features
 * (`kCenter`). Each level then gets its dictionary `X_S`; a test feature x is reconstructed as `X_S c`, and its residual is
 * `x - X_S c`. Nominal residuals are learnt from up to 64 nominal images, each reconstructed by a model that has not seen it.
 *
 * @param given features of the nominal images, one entry per level
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
  given: readonly (FeatureMaps | FeatureSource)[],
  options: ReconstructorOptions = {},
): Promise<Reconstructor> {
  const { granularity = 'image', window = 1, unitNorm = false } = options;
  const { solver = ridge({ penalty: 0.01 }), calibrationImages = usualCalibrationImages } = options;
  const { onProgress, signal } = options;
  const nominal = given.map(sourceOf);
  const residualOptions = residualMetricOptions(options);
  oddInteger({ window });
  integerIn({ calibrationImages }, [1]);
  const gathered =
    options.gathered ??
    (await gatherExemplars(nominal, await sampleExemplars(nominal, options), granularity));
  const { sampling, origins, reference, normalizations, levels } = gathered;
  const set = { origins, window, reference };

  const bank: BankLevel[] = [];
  const models: LevelModel[] = [];
  const leftOutMaps: RebuiltMaps[] = [];
  for (const [index, maps] of nominal.entries()) {
    stopIfAborted(signal);
    const { level, height, width, channels, ignored } = maps;
    const normalization = normalizations[index];
    const kept = { level, height, width, channels, ignored, exemplars: levels[index] };
    const model = await granularities[granularity].model(kept, set, solver);
    const fitted = { granularity, level: kept, set, solver, model, normalization, options };
    const { residualMetric, calibration, leftOut } = await calibrate(maps, fitted, {
      residualOptions,
      images: calibrationImages,
      signal,
    });
    const { channels: channelNorm, centre } = normalization;
    bank.push({ ...kept, channelNorm, centre, whitening: residualMetric.whitening, calibration });
    models.push(model);
    leftOutMaps.push(leftOut);
    onProgress?.({ stage: 'levels', done: index + 1, total: nominal.length });
  }
  const { level: referenceLevel } = reference;
  const state = {
    granularity,
    window,
    unitNorm,
    metric: residualOptions.metric,
    referenceLevel,
    sampling,
    origins,
    bank,
  };
  return assembleReconstructor(state, models, leftOutMaps);
}
