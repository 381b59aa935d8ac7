import { type FeatureMatrix, innerProducts, squaredRowNorms } from '../features';
import type { Encoder, Gram, Signals, Solver, SparseCodes } from './solver';

/** The Gram matrix of a dictionary's atoms (rows). */
export async function gramOf(dictionary: FeatureMatrix): Promise<Gram> {
  return { atoms: dictionary.rows, data: await innerProducts(dictionary, dictionary) };
}

/** Signals (rows) as a solver over `dictionary` needs them. */
export async function signalsOf(features: FeatureMatrix, dictionary: FeatureMatrix): Promise<Signals> {
  const cross = await innerProducts(features, dictionary);
  return { count: features.rows, cross, squaredNorms: squaredRowNorms(features) };
}

/**
 * Finds the coefficients of features over a dictionary.
 *
 * @param features `[signals, d]`
 * @param dictionary `[atoms, d]`
 * @example
 * ```ts
 * const codes = await encode(features, dictionary, omp({ atoms: 10 }));
 * ```
 */
export async function encode(
  features: FeatureMatrix,
  dictionary: FeatureMatrix,
  solver: Solver,
): Promise<SparseCodes> {
  const encoder: Encoder = solver(await gramOf(dictionary));
  return encoder(await signalsOf(features, dictionary));
}

/**
 * Self-expression: every feature as a combination of the others, `x_j ~ X c_j` with `c_jj = 0`.
 *
 * @returns codes over the features themselves, `[n, n]`
 * @throws RangeError when there are fewer than two features
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
  return solver(gram)({ count: gram.atoms, cross: gram.data, squaredNorms, excluded });
}
