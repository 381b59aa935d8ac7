import {
  assertFinite,
  type FeatureMatrix,
  innerProducts,
  innerProductsInDouble,
  innerProductsWith,
  type Products,
  squaredRowNorms,
} from '../matrix';
import type { Encoder, Gram, Signals, Solver, SparseCodes } from './solver';

/** The Gram matrix of a dictionary's atoms (rows). */
export async function gramOf(dictionary: FeatureMatrix): Promise<Gram> {
  return gramFrom(dictionary, await innerProducts(dictionary, dictionary));
}

/** Signals (rows) as a solver over `dictionary` needs them. */
export async function signalsOf(features: FeatureMatrix, dictionary: FeatureMatrix): Promise<Signals> {
  return signalsFrom(features, dictionary, await innerProducts(features, dictionary));
}

/**
 * A dictionary's Gram matrix, of which a solver that uses norms only gets no more than these, and {@link signalsOf} again and again;
 * `into` is memory that the inner products may use.
 */
export async function overDictionary(
  dictionary: FeatureMatrix,
  { usesNormsOnly = false }: Solver,
): Promise<{
  gram: Gram;
  signalsOf: (features: FeatureMatrix, into?: Float32Array) => Promise<Signals>;
}> {
  const productsOf = innerProductsWith(dictionary);
  const gram = usesNormsOnly
    ? { atoms: dictionary.rows, data: new Float32Array(0), squaredNorms: squaredRowNorms(dictionary) }
    : gramFrom(dictionary, await productsOf(dictionary));
  return {
    gram,
    signalsOf: async (features, into) => signalsFrom(features, dictionary, await productsOf(features, into)),
  };
}

function gramFrom(dictionary: FeatureMatrix, data: Products): Gram {
  return { atoms: dictionary.rows, data, inDouble: () => innerProductsInDouble(dictionary, dictionary) };
}

function signalsFrom(features: FeatureMatrix, dictionary: FeatureMatrix, cross: Products): Signals {
  let squaredNorms: Float64Array | undefined;
  return {
    count: features.rows,
    cross,
    inDouble: () => innerProductsInDouble(features, dictionary),
    get squaredNorms() {
      return (squaredNorms ??= squaredRowNorms(features));
    },
  };
}

/**
 * Finds the coefficients of features over a dictionary, `x ≈ X c`.
 *
 * @param features `[signals, d]`, one signal per row
 * @param dictionary `[atoms, d]`, one atom per row
 * @param solver which coefficients: {@link omp}, {@link lasso}, {@link elasticNet}, {@link ridge} or {@link nearest}
 * @returns coefficients, `[signals, atoms]`
 * @throws RangeError when the dimensions differ or a value is not finite
 * @example
 * ```ts
 * const dictionary = featureMatrixFrom([[1, 0, 0], [0, 1, 0]]);
 * const codes = await encode(featureMatrixFrom([[2, 3, 0]]), dictionary, omp({ atoms: 2 }));
 * [...denseCodes(codes)] // [2, 3]
 * ```
 */
export async function encode(
  features: FeatureMatrix,
  dictionary: FeatureMatrix,
  solver: Solver,
): Promise<SparseCodes> {
  assertFinite(features, 'features');
  assertFinite(dictionary, 'dictionary');
  const encoder: Encoder = solver(await gramOf(dictionary));
  return encoder(await signalsOf(features, dictionary));
}
