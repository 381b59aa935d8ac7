import { concatenate } from '../../base';
import { createFeatureMatrix, type FeatureMatrix, isSmallProduct, squaredRowNorms } from '../../matrix';
import type { SolverConfig } from '../../subspace';
import { ridgeProjection } from './projection';
import type { Steps } from './steps';

/** Solvers that are written as operations of a graph. */
export const exportableSolvers = ['nearest', 'ridge', 'localRidge'] as const;
type ExportableSolver = Extract<SolverConfig, { name: (typeof exportableSolvers)[number] }>;

/** Whether a solver is one of {@link exportableSolvers}. */
export function isExportable(config: SolverConfig): config is ExportableSolver {
  return (exportableSolvers as readonly string[]).includes(config.name);
}

/** Features that were reconstructed, and where each has one the nearest atom. */
interface RebuiltFeatures {
  /** `[groups, signals, d]`. */
  rebuilt: string;
  /** `[groups, signals]`. */
  nearest?: string;
}

/**
 * Adds the reconstruction of features from dictionaries: `groups` of features, each with a dictionary of its own.
 *
 * @param features `[groups, signals, d]`
 * @param dictionaries one per group, all of one size
 */
export async function addRebuilding(
  steps: Steps,
  features: string,
  dictionaries: readonly FeatureMatrix[],
  solver: ExportableSolver,
): Promise<RebuiltFeatures> {
  if (solver.name === 'ridge') {
    const { name: _name, ...options } = solver;
    const projections = [];
    for (const dictionary of dictionaries) projections.push(await ridgeProjection(dictionary, options));
    const stacked = (matrices: FeatureMatrix[]) => constantOf(steps, matrices);
    if ('whole' in projections[0]) {
      const wholes = projections.flatMap((one) => ('whole' in one ? [one.whole] : []));
      return { rebuilt: steps.do('MatMul', [features, stacked(wholes)]) };
    }
    const factors = stacked(projections.flatMap((one) => ('factor' in one ? [one.factor] : [])));
    const across = steps.do('Transpose', [factors], { perm: [0, 2, 1] });
    return { rebuilt: steps.do('MatMul', [steps.do('MatMul', [features, across]), factors]) };
  }
  const found = addDistances(steps, features, dictionaries);
  if (solver.name === 'localRidge') return { rebuilt: addLocalRidge(steps, features, found, solver) };
  const nearest = steps.do('ArgMin', [found.distances], { axis: -1, keepdims: 0 });
  const places = steps.do('Unsqueeze', [nearest, steps.integers(-1)]);
  return { rebuilt: steps.do('GatherND', [found.atoms, places], { batch_dims: 1 }), nearest };
}

/** Matrices of one size as a constant, `[matrices, rows, cols]`. */
function constantOf(steps: Steps, matrices: readonly FeatureMatrix[]): string {
  const [{ rows, cols }] = matrices;
  const data =
    matrices.length === 1
      ? matrices[0].data
      : concatenate(
          matrices.map((one) => one.data),
          Float32Array,
        );
  return steps.floats([matrices.length, rows, cols], data);
}

/** The numbers of ONNX's types of single and double precision. */
const [single, double] = [1, 11];

/** An operation in double precision on single-precision values. */
function inDouble(steps: Steps, type: string, input: readonly string[]): string {
  const wide = input.map((values) => steps.do('Cast', [values], { to: double }));
  return steps.do('Cast', [steps.do(type, wide)], { to: single });
}

interface Distances {
  /** How many atoms each dictionary has. */
  count: number;
  /** `[groups, atoms, d]`. */
  atoms: string;
  /** `‖x_j‖²`, `[groups, atoms]`. */
  squaredNorms: string;
  /** `⟨x, x_j⟩`, `[groups, signals, atoms]`. */
  cross: string;
  /** `‖x_j‖² - 2 ⟨x, x_j⟩`, as `cross`. */
  distances: string;
}

function addDistances(steps: Steps, features: string, dictionaries: readonly FeatureMatrix[]): Distances {
  const atoms = constantOf(steps, dictionaries);
  const norms = dictionaries.map((one) =>
    createFeatureMatrix(1, one.rows, new Float32Array(squaredRowNorms(one))),
  );
  const rows = constantOf(steps, norms);
  const squaredNorms = steps.do('Squeeze', [rows, steps.integers(1)]);
  const across = steps.do('Transpose', [atoms], { perm: [0, 2, 1] });
  // In the precision of the solvers: atoms that are about equally near must be told apart in the same way.
  const cross = isSmallProduct(dictionaries[0])
    ? inDouble(steps, 'MatMul', [features, across])
    : steps.do('MatMul', [features, across]);
  const twice = steps.do('Mul', [cross, steps.scalar(2)]);
  const distances = steps.do('Sub', [rows, twice]);
  return { count: dictionaries[0].rows, atoms, squaredNorms, cross, distances };
}

/** Ridge regression on the nearest atoms: their Gram matrices are gathered and solved by Gauss-Jordan elimination. */
function addLocalRidge(
  steps: Steps,
  features: string,
  { count, atoms, squaredNorms, cross, distances }: Distances,
  { neighbours, penalty }: { neighbours: number; penalty: number },
): string {
  const size = Math.min(neighbours, count);
  const [, chosen] = steps.doMany('TopK', [distances, steps.integers(size)], 2, { axis: -1, largest: 0 });
  // The atoms of all signals of a group in a row: [groups, signals * size, 1].
  const places = steps.do('Reshape', [chosen, steps.integers(0, -1, 1)]);
  const shape = steps.do('Shape', [features]);
  const part = (start: number, end: number) =>
    steps.do('Slice', [shape, steps.integers(start), steps.integers(end), steps.integers(0)]);
  const perSignal = (values: string, ...sizes: string[]) =>
    steps.do('Reshape', [values, steps.do('Concat', [part(0, 2), ...sizes], { axis: 0 })]);
  const own = perSignal(
    steps.do('GatherND', [atoms, places], { batch_dims: 1 }),
    steps.integers(size),
    part(2, 3),
  );
  const gram = steps.do('MatMul', [own, steps.do('Transpose', [own], { perm: [0, 1, 3, 2] })]);
  const norms = perSignal(
    steps.do('GatherND', [squaredNorms, places], { batch_dims: 1 }),
    steps.integers(size),
  );
  const mean = steps.do('ReduceMean', [norms], { axes: [-1], keepdims: 1 });
  const scaled = steps.do('Mul', [mean, steps.scalar(penalty)]);
  const isAbove = steps.do('Greater', [scaled, steps.scalar(0)]);
  const weight = steps.do('Where', [isAbove, scaled, steps.scalar(penalty)]);
  const diagonal = steps.do('Mul', [
    steps.do('Unsqueeze', [weight, steps.integers(-1)]),
    steps.floats([size, size], identity(size)),
  ]);
  const right = steps.do('GatherElements', [cross, chosen], { axis: -1 });
  const codes = addSolution(
    steps,
    steps.do('Add', [gram, diagonal]),
    steps.do('Unsqueeze', [right, steps.integers(-1)]),
    size,
  );
  const rebuilt = steps.do('MatMul', [steps.do('Transpose', [codes], { perm: [0, 1, 3, 2] }), own]);
  return steps.do('Squeeze', [rebuilt, steps.integers(2)]);
}

/** Solves symmetric positive definite systems `[..., size, size]` for right sides `[..., size, 1]`, in double precision. */
function addSolution(steps: Steps, systems: string, right: string, size: number): string {
  let table = steps.do('Cast', [steps.do('Concat', [systems, right], { axis: -1 })], { to: double });
  const columnOf = (values: string, at: number, axis: number) =>
    steps.do('Slice', [values, steps.integers(at), steps.integers(at + 1), steps.integers(axis)]);
  for (let at = 0; at < size; at++) {
    const row = columnOf(table, at, -2);
    const scaled = steps.do('Div', [row, columnOf(row, at, -1)]);
    const unit = steps.floats(
      [size, 1],
      identity(size).filter((_, index) => index % size === at),
    );
    const others = steps.do('Sub', [columnOf(table, at, -1), steps.do('Cast', [unit], { to: double })]);
    table = steps.do('Sub', [table, steps.do('Mul', [others, scaled])]);
  }
  return steps.do('Cast', [columnOf(table, size, -1)], { to: single });
}

function identity(size: number): Float32Array {
  return Float32Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? 1 : 0));
}
