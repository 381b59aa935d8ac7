import type { FeatureMatrix } from '../matrix';
import { gramOf } from './encode';
import type { Solver, SparseCodes } from './solver';

/**
 * Self-expression: every feature as a combination of the others, `x_j ≈ X c_j` with `c_jj = 0`. The nonzero coefficients of a
 * sparse solver choose features of the same subspace.
 *
 * @param features `[n, d]`
 * @param solver the self-expressive model, e.g. `lasso({ multiple: 20 })`
 * @returns codes over the features themselves, `[n, n]`
 * @throws RangeError when there are fewer than two features
 * @see You, Robinson, Vidal, CVPR 2016
 * @example
 * ```ts
 * const features = featureMatrixFrom([[1, 0], [0, 1], [2, 0]]);
 * const codes = await selfExpress(features, omp({ atoms: 1 }));
 * [...codes.indices, ...codes.values] // [2, 0, 0.5, 2]
 * ```
 */
export async function selfExpress(features: FeatureMatrix, solver: Solver): Promise<SparseCodes> {
  if (features.rows < 2)
    throw new RangeError(`${features.rows} features; self-expression needs at least two`);
  const gram = await gramOf(features);
  const squaredNorms = Float64Array.from(
    { length: gram.atoms },
    (_, index) => gram.data[index * (gram.atoms + 1)],
  );
  const excluded = Int32Array.from({ length: gram.atoms }, (_, index) => index);
  return solver(gram)({
    count: gram.atoms,
    cross: gram.data,
    inDouble: gram.inDouble,
    squaredNorms,
    excluded,
  });
}
