import { type FeatureMaps, levelWords } from '../features';
import { assertFinite, type FeatureMatrix } from '../matrix';
import type { Sampling } from '../sampling';
import type { Solver } from '../subspace';
import { type LevelCalibration, type RebuiltMaps, withIgnoredAt } from './calibrate';
import {
  type ExemplarOrigin,
  type ExemplarSet,
  granularities,
  type GranularityName,
  type LevelExemplars,
  type LevelModel,
} from './granularity';
import { type Normalization, normalizeMaps } from './normalization';
import { residualLengths, type ResidualMetricName } from './residual-metric';

/** The reconstruction of a batch of images at one level. */
export interface LevelReconstruction extends RebuiltMaps {
  granularity: GranularityName;
  /** The reconstructed features, in the shape of `target`. */
  rebuilt: FeatureMatrix;
}

/** The part of a memory bank that belongs to one level. */
export interface BankLevel extends LevelExemplars {
  channels: number;
  /** Normalized: a row per image and position (`image`, `position`) or per patch (`patch`). */
  exemplars: FeatureMatrix;
  /** Per-channel standardization; null where there is none. */
  channelNorm: { mean: Float32Array; scale: Float32Array } | null;
  /** The mean subtracted from normalized features, `[positions, channels]` or `[1, channels]`; null where none is. */
  centre: FeatureMatrix | null;
  /** `[channels, channels]`; a residual's Mahalanobis length is that of its product with it. Null for another metric. */
  whitening: FeatureMatrix | null;
  calibration: LevelCalibration;
  /** Nonzero at the positions that are left out of models and scores; absent where none is. */
  ignored?: Uint8Array;
}

/** The state from which a reconstructor is made, and restored. */
export interface ReconstructorState {
  granularity: GranularityName;
  /** Side of the square of positions around a position; only `position` looks at it. */
  window: number;
  unitNorm: boolean;
  metric: ResidualMetricName;
  /** The level at which exemplars were chosen. */
  referenceLevel: number;
  sampling: Sampling;
  /** Where each exemplar comes from. */
  origins: readonly ExemplarOrigin[];
  /** The levels of the memory bank. */
  bank: readonly BankLevel[];
}

/** A memory bank of exemplars at every level, ready to reconstruct test images. */
export interface Reconstructor extends ReconstructorState {
  /** Nominal images, each reconstructed without itself, level by level; empty for a reconstructor that was restored. */
  leftOut: readonly RebuiltMaps[];
  /** Bytes of the exemplars' features at all levels. */
  bytes: number;
  /** Statistics of the nominal residuals of each level; each image is reconstructed without itself. */
  calibration: readonly LevelCalibration[];
  /**
   * Reconstructs test images.
   *
   * @param maps the levels that the reconstructor was fitted on, in the same order
   * @param without an atom of the codes that no feature may use
   * @throws RangeError when a level is missing, has another shape, or a feature is not finite
   */
  reconstruct(maps: readonly FeatureMaps[], without?: number): Promise<LevelReconstruction[]>;
}

/** The exemplars of a reconstructor, whatever the level. */
export function exemplarSetOf({ origins, bank, referenceLevel, window }: ReconstructorState): ExemplarSet {
  return { origins, window, reference: bank.find(({ level }) => level === referenceLevel)! };
}

/** Restores a reconstructor from its state; it reconstructs images exactly as the fitted one does. */
export async function restoreReconstructor(
  state: ReconstructorState,
  solver: Solver,
): Promise<Reconstructor> {
  const models: LevelModel[] = [];
  for (const level of state.bank)
    models.push(await granularities[state.granularity].model(level, exemplarSetOf(state), solver));
  return assembleReconstructor(state, models);
}

/** A reconstructor of a state and the models of its levels. */
export function assembleReconstructor(
  state: ReconstructorState,
  models: readonly LevelModel[],
  leftOut: readonly RebuiltMaps[] = [],
): Reconstructor {
  const { bank, unitNorm, granularity, metric } = state;
  return {
    ...state,
    leftOut,
    bytes: bank.reduce((sum, { exemplars }) => sum + exemplars.data.byteLength, 0),
    calibration: bank.map(({ calibration }) => calibration),
    async reconstruct(maps, without) {
      checkLevels(maps, bank);
      const results: LevelReconstruction[] = [];
      for (const [index, model] of models.entries()) {
        const { channelNorm: channels, centre, whitening, ignored, calibration } = bank[index];
        const normalization: Normalization = { channels, unitNorm, centre };
        const normalized = normalizeMaps({ ...maps[index], ignored }, normalization);
        const { rebuilt, codes } = await model.rebuild(normalized, { without });
        const { features: target, ...shape } = normalized;
        const lengths = await residualLengths(target, rebuilt, { metric, whitening });
        const residuals = withIgnoredAt(lengths, calibration.mean, ignored);
        results.push({ ...shape, granularity, residuals, target, rebuilt, codes });
      }
      return results;
    },
  };
}

function checkLevels(maps: readonly FeatureMaps[], bank: readonly BankLevel[]): void {
  const shape = (level: number, { height, width }: { height: number; width: number }, channels: number) =>
    `${levelWords(level)}: ${height}x${width}x${channels}`;
  const given = maps.map((map) => shape(map.level, map, map.features.cols));
  const expected = bank.map((kept) => shape(kept.level, kept, kept.channels));
  if (given.join() !== expected.join()) {
    throw new RangeError(`test maps are [${given}]; the reconstructor was fitted on [${expected}]`);
  }
  for (const map of maps) assertFinite(map.features, `features of ${levelWords(map.level)}`);
}
