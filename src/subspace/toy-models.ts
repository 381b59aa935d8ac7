import { Matrix, SVD } from 'ml-matrix';
import { createFeatureMatrix, type FeatureMatrix, rowDistances } from '../matrix';
import { lasso } from './elastic-net';
import { encode } from './encode';
import { nearest } from './nearest';
import { omp } from './omp';
import { reconstruct } from './reconstruct';
import { ridge } from './ridge';
import type { Solver } from './solver';

/** A model that reconstructs points from exemplars. */
export type ToyModelName = 'nearest' | 'OMP' | 'LASSO' | 'ridge' | 'PCA';

export const toyModelNames: readonly ToyModelName[] = ['nearest', 'OMP', 'LASSO', 'ridge', 'PCA'];

/** Reconstructed points, and the lengths of their residuals. */
export interface RebuiltPoints {
  /** `[points, d]`. */
  rebuilt: FeatureMatrix;
  /** Euclidean length of each residual. */
  residuals: Float32Array;
}

/** Parameters of {@link rebuildToyPoints}. */
export interface ToyModelOptions {
  /** Atoms of OMP and directions of PCA: the dimension of the subspaces. Default 2. */
  dimension?: number;
  /** λ of the LASSO, in multiples of the smallest useful one. Default 20. */
  multiple?: number;
  /** Penalty of the ridge regression. Default 0.001. */
  penalty?: number;
}

/**
 * Reconstructs points from exemplars by one of five models, to compare them: the nearest exemplar, OMP, LASSO, ridge regression, and
 * the projection on the exemplars' principal directions.
 *
 * @param points `[points, d]`
 * @param exemplars `[exemplars, d]`
 * @returns the reconstructed points and the lengths of their residuals
 * @throws RangeError when the dimensions differ or a parameter is out of range
 * @example
 * ```ts
 * const exemplars = featureMatrixFrom([[1, 0, 0], [0, 1, 0]]);
 * const { residuals } = await rebuildToyPoints(featureMatrixFrom([[1, 2, 0.5]]), exemplars, 'OMP');
 * residuals[0] // 0.5: only the height above the plane is left
 * ```
 */
export async function rebuildToyPoints(
  points: FeatureMatrix,
  exemplars: FeatureMatrix,
  model: ToyModelName,
  { dimension = 2, multiple = 20, penalty = 0.001 }: ToyModelOptions = {},
): Promise<RebuiltPoints> {
  const solvers: Record<ToyModelName, () => Solver> = {
    nearest,
    OMP: () => omp({ atoms: dimension }),
    LASSO: () => lasso({ multiple }),
    ridge: () => ridge({ penalty }),
    // Over orthonormal directions OMP with as many atoms is the projection.
    PCA: () => omp({ atoms: dimension }),
  };
  const atoms = model === 'PCA' ? principalDirections(exemplars, dimension) : exemplars;
  const rebuilt = await reconstruct(await encode(points, atoms, solvers[model]()), atoms);
  return { rebuilt, residuals: rowDistances(points, rebuilt) };
}

function principalDirections({ rows, cols, data }: FeatureMatrix, dimension: number): FeatureMatrix {
  const { rightSingularVectors } = new SVD(Matrix.from1DArray(rows, cols, data), { autoTranspose: true });
  const count = Math.min(dimension, rows, cols);
  const directions = Array.from({ length: count }, (_, index) => rightSingularVectors.getColumn(index));
  return createFeatureMatrix(count, cols, Float32Array.from(directions.flat()));
}

/**
 * A point by its place relative to a subspace of R³: `distance (cos(angle) u + sin(angle) v) + height n` for the subspace's basis
 * u, v (v is perpendicular to a line) and its normal n.
 *
 * @param basis orthonormal, `[1 or 2, 3]`
 * @param place the angle in degrees, and two lengths
 * @returns `[1, 3]`
 * @example
 * ```ts
 * const basis = featureMatrixFrom([[1, 0, 0], [0, 1, 0]]);
 * [...toyPoint(basis, { angle: 90, distance: 2, height: 0.5 }).data].map((value) => value.toFixed(1)) // ['0.0', '2.0', '0.5']
 * ```
 */
export function toyPoint(
  { rows, data }: FeatureMatrix,
  { angle, distance, height }: { angle: number; distance: number; height: number },
): FeatureMatrix {
  const u = data.subarray(0, 3);
  const v = rows > 1 ? data.subarray(3, 6) : perpendicularTo(u);
  const normal = cross(u, v);
  const [along, across] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  const point = Float32Array.from(
    u,
    (value, axis) => distance * (along * value + across * v[axis]) + height * normal[axis],
  );
  return createFeatureMatrix(1, 3, point);
}

function perpendicularTo(u: ArrayLike<number>): number[] {
  const other = Math.abs(u[0]) < 0.9 ? [1, 0, 0] : [0, 1, 0];
  const v = cross(u, other);
  const norm = Math.hypot(...v);
  return v.map((value) => value / norm);
}

function cross(a: ArrayLike<number>, b: ArrayLike<number>): number[] {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
