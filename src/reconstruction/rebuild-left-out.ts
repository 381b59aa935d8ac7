import { type FeatureSource, selectSource } from '../features';
import { createFeatureMatrix, type FeatureMatrix } from '../matrix';
import type { Solver, SparseCodes } from '../subspace';
import {
  type ExemplarSet,
  type Granularity,
  granularities,
  type GranularityName,
  type LevelExemplars,
  type LevelModel,
} from './granularity';
import {
  fitNormalization,
  normalizedSource,
  normalizeMaps,
  type Normalization,
  type NormalizationOptions,
} from './normalization';

/** A level that was fitted on all nominal images. */
export interface FittedLevel {
  granularity: GranularityName;
  level: LevelExemplars;
  set: ExemplarSet;
  solver: Solver;
  model: LevelModel;
  normalization: Normalization;
  /** The options with which the normalization was fitted. */
  options: NormalizationOptions;
}

/** Nominal images, each reconstructed without itself. */
interface LeftOutBatch {
  /** Their indices among the images that were asked for. */
  at: readonly number[];
  /** Normalized features, `[images * height * width, channels]`. */
  target: FeatureMatrix;
  rebuilt: FeatureMatrix;
  codes: SparseCodes;
}

/** Images that are reconstructed at a time where the model stays as it is. */
const batchSize = 8;
/** Each of up to so many images is left out alone where statistics must be fitted anew without it. */
const leftOutAlone = 16;
/** With up to so many nominal images, an eighth of them is left out at a time; with more, half of those that calibrate. */
const fewImages = 64;

/**
 * Reconstructs nominal images by models that have not seen them. No image may use exemplars taken from itself.
 *
 * That suffices where nothing but the exemplars depends on an image. A mean or a standard deviation over all features depends on it,
 * too, and so do principal directions: with all images kept and centred by their common mean, an image is minus the sum of the
 * others. There the images are left out in folds, and the statistics of all features are fitted anew without those of the fold: up to 16
 * images are left out one by one, of up to 64 nominal images every eighth, and of more every second of those asked for. Only a
 * mean, a scale or the directions then come from fewer images, which matters the less the more there are; the exemplars are those
 * of all other images.
 *
 * Exemplars that were chosen among many patches stay as they were chosen. The features that an image's exemplars covered are
 * left without exemplars near them, while a search without that image would have covered them, so that thresholds are
 * too high rather than too low.
 *
 * @param nominal features, not normalized
 * @param images indices of the images to leave out
 * @returns the images in batches; an image is reconstructed as zero when no other remains
 */
export async function* rebuildLeftOut(
  nominal: FeatureSource,
  images: readonly number[],
  fitted: FittedLevel,
): AsyncGenerator<LeftOutBatch> {
  const { granularity, options, normalization, model } = fitted;
  const everywhere = images.map((_, at) => at);
  if (!options.centre && !options.standardize && granularities[granularity].exemplarsAreFeatures) {
    for (let start = 0; start < images.length; start += batchSize) {
      const at = everywhere.slice(start, start + batchSize);
      const own = at.map((index) => images[index]);
      const target = normalizeMaps(await nominal.read(own), normalization);
      yield { at, target: target.features, ...(await model.rebuild(target, { own })) };
    }
    return;
  }
  const count = images.length <= leftOutAlone ? images.length : nominal.count <= fewImages ? 8 : 2;
  for (let fold = 0; fold < count; fold++) {
    const at = everywhere.filter((index) => index % count === fold);
    const own = at.map((index) => images[index]);
    yield { at, ...(await rebuildFold(nominal, own, fitted)) };
  }
}

/** Reconstructs images with statistics that were fitted without them. */
async function rebuildFold(
  nominal: FeatureSource,
  own: readonly number[],
  { granularity, level, set, solver, options }: FittedLevel,
): Promise<Omit<LeftOutBatch, 'at'>> {
  const kind = granularities[granularity];
  const kept = Array.from({ length: nominal.count }, (_, image) => image).filter(
    (image) => !own.includes(image),
  );
  if (kept.length === 0) return rebuildAsZero(nominal, own, options, kind);
  const others = selectSource(nominal, kept);
  const normalization = await fitNormalization(others, options, kind.keepsImages);
  const target = normalizeMaps(await nominal.read(own), normalization);
  const from = normalizedSource(kind.exemplarsAreFeatures ? nominal : others, normalization);
  const exemplars = await kind.exemplarsAt(from, set);
  const model = await kind.model({ ...level, exemplars }, set, solver);
  return { target: target.features, ...(await model.rebuild(target, { own })) };
}

async function rebuildAsZero(
  nominal: FeatureSource,
  own: readonly number[],
  { unitNorm = false }: NormalizationOptions,
  { codeRow }: Granularity,
): Promise<Omit<LeftOutBatch, 'at'>> {
  const { features } = normalizeMaps(await nominal.read(own), {
    channels: null,
    unitNorm,
    centre: null,
  });
  const rows = own.length * codeRow({ image: 1, row: 0, column: 0 }, nominal);
  const [indices, values] = [new Uint32Array(0), new Float64Array(0)];
  return {
    target: features,
    rebuilt: createFeatureMatrix(features.rows, features.cols),
    codes: { rows, cols: 1, rowStarts: new Uint32Array(rows + 1), indices, values },
  };
}
