import { evenIndices, type LongWork, stopIfAborted } from '../base';
import { type FeatureSource, withoutPositions } from '../features';
import { createFeatureMatrix } from '../matrix';
import { largestCoefficients, type Solver, type SparseCodes, stackCodes } from '../subspace';
import { type RebuiltMaps, withIgnoredAt } from './calibrate';
import { granularities, type LevelModel, type SamplerName } from './granularity';
import { normalizedSource } from './normalization';
import { assembleReconstructor, type BankLevel, exemplarSetOf } from './reconstructor';
import type { Reconstructor, ReconstructorState } from './reconstructor';
import { residualLengths } from './residual-metric';
import { checkFinite, usedAtAllLevels } from './sample-exemplars';

/** How a memory bank is extended. */
export interface ExtensionOptions extends LongWork {
  solver: Solver;
  sampler: SamplerName;
  /** Exemplars of the extended bank, at most; below 1, a fraction of all entries. Default: the granularity's. */
  exemplars?: number;
  lambda?: number;
  seed?: number;
  /** Nominal images that the bank was fitted on. */
  images: number;
  /** New images that are reconstructed without themselves. */
  leftOut: number;
}

/** Images that are reconstructed at a time. */
const batchSize = 8;

/**
 * Joins more nominal images to a memory bank, whose own images are gone. Exemplars are chosen anew among the old ones and the new
 * entries, by the bank's sampler, which covers all images nearly as well as a choice among all of their entries (composable
 * core-sets); Gaussians per place are joined exactly, up to rounding. Normalization, metric and calibration stay as they are: old and new
 * residuals have one unit.
 *
 * @param given features of the new images, one source per level
 * @returns the extended reconstructor, whose `leftOut` are new images, each reconstructed without itself
 * @throws RangeError when the granularity keeps too little to be extended, there are too many new images, or a feature is not finite
 * @see Indyk et al., PODS 2014, for composable core-sets
 */
export async function extendReconstructor(
  state: ReconstructorState,
  given: readonly FeatureSource[],
  { solver, images, leftOut: most, ...options }: ExtensionOptions,
): Promise<Reconstructor> {
  const { granularity, unitNorm, referenceLevel } = state;
  const kind = granularities[granularity];
  if (!kind.join)
    throw new RangeError(
      `a memory bank of the granularity ${granularity} keeps directions, not what they come from, and cannot be extended; fit it again on all images`,
    );
  for (const source of given) await checkFinite(source);
  const nominal = state.bank.map(({ ignored, channelNorm: channels, centre }, at) => {
    const source = ignored ? withoutPositions(given[at], ignored) : given[at];
    return normalizedSource(source, { channels, unitNorm, centre });
  });
  const at = state.bank.findIndex(({ level }) => level === referenceLevel);
  const reference = usedAtAllLevels(nominal[at], nominal);
  const available = kind.available({ ...reference, count: images + reference.count });
  const asked = options.exemplars ?? kind.defaultExemplars(available);
  const exemplars = asked < 1 ? Math.max(1, Math.round(asked * available)) : asked;
  const joined = await kind.join(
    { set: exemplarSetOf(state), levels: state.bank, images },
    { nominal, reference },
    { ...options, exemplars },
  );
  const bank = state.bank.map((level, index): BankLevel => ({
    ...level,
    exemplars: joined.exemplars[index],
  }));
  const extended = { ...state, origins: joined.origins, sampling: joined.sampling, bank };
  const models: LevelModel[] = [];
  const leftOut: RebuiltMaps[] = [];
  for (const [index, level] of bank.entries()) {
    const model = await kind.model(level, exemplarSetOf(extended), solver);
    models.push(model);
    leftOut.push(await rebuildNew(nominal[index], { model, level, state, images, most, ...options }));
  }
  return assembleReconstructor(extended, models, leftOut);
}

/** New images at even distances, each reconstructed without itself. */
async function rebuildNew(
  nominal: FeatureSource,
  {
    model,
    level,
    state: { metric },
    images,
    most,
    signal,
  }: {
    model: LevelModel;
    level: BankLevel;
    state: ReconstructorState;
    images: number;
    most: number;
    signal?: AbortSignal;
  },
): Promise<RebuiltMaps> {
  const { height, width, placement, channels, ignored } = nominal;
  const chosen = evenIndices(Math.min(most, nominal.count), nominal.count);
  const perImage = height * width * channels;
  const target = createFeatureMatrix(chosen.length * height * width, channels);
  const residuals = new Float32Array(target.rows);
  const codes: SparseCodes[] = [];
  for (let start = 0; start < chosen.length; start += batchSize) {
    stopIfAborted(signal);
    const own = chosen.slice(start, start + batchSize);
    const maps = await nominal.read(own);
    const rebuilt = await model.rebuild(maps, { own: own.map((image) => images + image) });
    const lengths = await residualLengths(maps.features, rebuilt.rebuilt, {
      metric,
      whitening: level.whitening,
    });
    target.data.set(maps.features.data, start * perImage);
    residuals.set(withIgnoredAt(lengths, level.calibration.mean, ignored), start * height * width);
    codes.push(largestCoefficients(rebuilt.codes));
  }
  const shape = { level: level.level, height, width, placement, ignored, count: chosen.length };
  return { ...shape, target, residuals, codes: stackCodes(codes) };
}
