import { createFeatureMatrix } from '../../matrix';
import {
  type BankLevel,
  dictionaryAt,
  exemplarMaps,
  exemplarSetOf,
  gaussiansOf,
  type Reconstructor,
} from '../../reconstruction';
import type { SolverConfig } from '../../subspace';
import { addRebuilding, isExportable } from './rebuild-steps';
import { keptOf, replaced } from './replaced';
import type { Steps } from './steps';

/** A level whose residuals were added to a graph. */
export interface LevelSteps {
  level: BankLevel;
  /** Lengths of the residuals, `[batch, height, width]`. */
  residuals: string;
  /** The normalized features, `[batch, positions, channels]`. */
  target: string;
  /** The nearest exemplar of every position, `[batch * positions]`; only for patches and the solver nearest. */
  nearest?: string;
}

/**
 * Adds a level's residuals to a graph: features are normalized, reconstructed and subtracted.
 *
 * @param features `[batch, height, width, channels]`
 */
export async function addLevel(
  steps: Steps,
  features: string,
  level: BankLevel,
  reconstructor: Reconstructor,
  solver: SolverConfig,
): Promise<LevelSteps> {
  if (!isExportable(solver)) throw new Error(`the solver ${solver.name} is none of a graph`);
  const { height, width, channels } = level;
  const perPosition = steps.integers(0, height * width, channels);
  const target = addNormalization(steps, steps.do('Reshape', [features, perPosition]), level, reconstructor);
  const { dictionaries, gather, scatter } = groupsOf(steps, level, reconstructor);
  const { rebuilt, nearest } =
    reconstructor.granularity === 'place'
      ? { rebuilt: addGaussians(steps, gather(target), level), nearest: undefined }
      : await addRebuilding(steps, gather(target), dictionaries, solver);
  const lengths = withIgnoredMean(
    steps,
    addLengths(steps, target, scatter(rebuilt), level, reconstructor),
    level,
  );
  const residuals = steps.do('Reshape', [lengths, steps.integers(0, height, width)]);
  return {
    ...{ level, residuals, target },
    nearest: nearest && steps.do('Reshape', [nearest, steps.integers(-1)]),
  };
}

/** `[batch, positions, channels]` as the model takes them. */
function addNormalization(
  steps: Steps,
  features: string,
  { channelNorm, centre, channels, ignored }: BankLevel,
  { unitNorm }: Reconstructor,
): string {
  let values = features;
  if (channelNorm) {
    values = steps.do('Sub', [values, steps.floats([channels], channelNorm.mean)]);
    values = steps.do('Mul', [values, steps.floats([channels], channelNorm.scale)]);
  }
  if (unitNorm) {
    const norms = steps.do('ReduceL2', [values], { axes: [-1], keepdims: 1 });
    // A zero feature stays zero.
    values = steps.do('Div', [values, steps.do('Max', [norms, steps.scalar(1e-30)])]);
  }
  if (centre) values = steps.do('Sub', [values, steps.floats([centre.rows, channels], centre.data)]);
  return ignored ? steps.do('Mul', [values, steps.floats([ignored.length, 1], keptOf(ignored))]) : values;
}

/** Lengths `[batch, positions]`, at ignored positions the nominal mean. */
function withIgnoredMean(steps: Steps, lengths: string, { ignored, calibration }: BankLevel): string {
  return ignored ? replaced(steps, lengths, ignored, [ignored.length], calibration.mean) : lengths;
}

/** The features that share a dictionary: those of whole images, of a position, or all patches. */
function groupsOf(steps: Steps, level: BankLevel, reconstructor: Reconstructor) {
  const { granularity, window, origins } = reconstructor;
  const { height, width, channels, exemplars } = level;
  const positions = height * width;
  const asOne = (cols: number, rows: number) => ({
    dictionaries: [createFeatureMatrix(rows, cols, exemplars.data)],
    gather: (values: string) => steps.do('Reshape', [values, steps.integers(1, -1, cols)]),
    scatter: (values: string) => steps.do('Reshape', [values, steps.integers(-1, positions, channels)]),
  });
  if (granularity === 'image') return asOne(positions * channels, origins.length);
  const swap = (values: string) => steps.do('Transpose', [values], { perm: [1, 0, 2] });
  if (granularity === 'place') return { dictionaries: [], gather: swap, scatter: swap };
  if (granularity !== 'position') return asOne(channels, exemplars.rows);
  const maps = exemplarMaps(level, exemplarSetOf(reconstructor));
  return {
    dictionaries: Array.from({ length: positions }, (_, at) => dictionaryAt(maps, at, window)),
    gather: swap,
    scatter: swap,
  };
}

/** Reconstructs features `[positions, batch, channels]` from the Gaussian of their place. */
function addGaussians(steps: Steps, features: string, { exemplars, channels }: BankLevel): string {
  const { ridge, means, inverses, positions } = gaussiansOf(exemplars);
  const apart = steps.do('Sub', [features, steps.floats([positions, 1, channels], means)]);
  const solved = steps.do('MatMul', [apart, steps.floats([positions, channels, channels], inverses)]);
  return steps.do('Sub', [features, steps.do('Mul', [solved, steps.scalar(ridge)])]);
}

/** Lengths of residuals as the metric measures them, `[batch, positions]`. */
function addLengths(
  steps: Steps,
  target: string,
  rebuilt: string,
  { whitening, channels }: BankLevel,
  { metric }: Reconstructor,
): string {
  let residual = steps.do('Sub', [target, rebuilt]);
  if (metric === 'energy') {
    const products = steps.do('Mul', [target, residual]);
    const sums = steps.do('ReduceSum', [products, steps.integers(-1)], { keepdims: 0 });
    return steps.do('Sqrt', [steps.do('Max', [sums, steps.scalar(0)])]);
  }
  if (whitening)
    residual = steps.do('MatMul', [residual, steps.floats([channels, channels], whitening.data)]);
  return steps.do('ReduceL2', [residual], { axes: [-1], keepdims: 0 });
}
