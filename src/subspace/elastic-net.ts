import { integerIn, numberIn } from '../base';
import { activeSetDescent } from './active-set-descent';
import { checkGram, checkSignals, codesBuilder, type Solver } from './solver';

/** When descent stops. */
export interface DescentOptions {
  /** Duality gap, as a fraction of `|x|^2 / 2` (in units of the squared error), at which a signal is done. Default 1e-9. */
  tolerance?: number;
  /** Rounds of growing a signal's active set after which its coefficients are taken as they are. Default 1000. */
  maxRounds?: number;
}

/**
 * The weight of the squared error: either absolute, or as a multiple of the smallest weight at which a signal has a nonzero
 * coefficient (`1 / max|X^T x|` for the LASSO), which makes it independent of the features' scale.
 */
export type ErrorWeight = { lambda: number } | { multiple: number };

/**
 * Largest weight as a multiple of the smallest at which a signal has a nonzero coefficient. Above, the penalty is lost in the
 * rounding of the squared error, and any coefficients that reconstruct the signal would do.
 */
const largestMultiple = 1e6;

/** Parameters of {@link lasso}. */
export type LassoOptions = DescentOptions & ErrorWeight;

/**
 * LASSO: `min_c ‖c‖₁ + λ/2 ‖x - X c‖²`, by descent on an active set, until the duality gap is small.
 * scikit-learn's `Lasso(alpha, fit_intercept=False)` is the same problem with `alpha * n_samples = 1 / λ`.
 *
 * @param options either `lambda`, > 0, or `multiple`, in (1, 1e6]; and when descent stops
 * @returns a solver for {@link encode} and {@link selfExpress}
 * @throws RangeError when neither weight is given, `lambda` is not positive or, for some signal, more than 1e6 times the smallest at
 *   which it has a nonzero coefficient, `multiple` is not above 1 (all coefficients would be zero) or above 1e6, or `tolerance` is
 *   not positive
 * @see Tibshirani, 1996; as a self-expressive model: Elhamifar and Vidal, PAMI 2013
 * @example
 * ```ts
 * // One atom: c = x - 1/λ, the shrunk projection.
 * const codes = await encode(featureMatrixFrom([[1]]), featureMatrixFrom([[1]]), lasso({ lambda: 4 }));
 * codes.values[0].toFixed(6) // '0.750000'
 * ```
 */
export function lasso(options: LassoOptions): Solver {
  return elasticNet({ ...options, mu: 1 });
}

/** Parameters of {@link elasticNet}. */
export type ElasticNetOptions = DescentOptions & ErrorWeight & { mu: number };

/**
 * Elastic net: `min_c μ ‖c‖₁ + (1 - μ)/2 ‖c‖² + λ/2 ‖x - X c‖²` with μ in (0, 1]. Descent runs on an active set that grows by the
 * atoms whose correlation with `λ (x - X c)` exceeds μ, as in an oracle-guided active set, until the duality gap is small.
 *
 * @param options `mu`, in (0, 1]; either `lambda` or `multiple` as for {@link lasso}; and when descent stops
 * @returns a solver for {@link encode} and {@link selfExpress}
 * @throws RangeError as {@link lasso} does, and when `mu` is not in (0, 1]
 * @see You, Li, Robinson, Vidal, CVPR 2016, where λ is γ
 * @example
 * ```ts
 * // One atom: c = (λ - μ) / (λ + 1 - μ).
 * const solver = elasticNet({ mu: 0.5, lambda: 2 });
 * const codes = await encode(featureMatrixFrom([[1]]), featureMatrixFrom([[1]]), solver);
 * codes.values[0].toFixed(6) // '0.600000'
 * ```
 */
export function elasticNet(options: ElasticNetOptions): Solver {
  const { mu, tolerance = 1e-9, maxRounds = 1000 } = options;
  numberIn({ mu }, { above: 0, to: 1 });
  numberIn({ tolerance }, { above: 0 });
  integerIn({ maxRounds }, [1]);
  const lambdaOf = checkWeight(options, mu);
  return (gram) => {
    checkGram(gram);
    const { atoms } = gram;
    const descent = activeSetDescent(atoms);
    for (let atom = 0; atom < atoms; atom++)
      descent.gram.set(gram.data.subarray(atom * atoms, (atom + 1) * atoms), atom * descent.stride);

    return async (signals) => {
      checkSignals(signals, atoms);
      const { count, cross, squaredNorms } = signals;
      const codes = codesBuilder(count, atoms);
      for (let signal = 0; signal < count; signal++) {
        const own = cross.subarray(signal * atoms, (signal + 1) * atoms);
        const squaredNorm = squaredNorms[signal];
        const excluded = signals.excluded ? signals.excluded[signal] : -1;
        let largest = 0;
        for (let atom = 0; atom < atoms; atom++) {
          if (atom !== excluded && Math.abs(own[atom]) > largest) largest = Math.abs(own[atom]);
        }
        const lambda = lambdaOf(largest, signal);
        const [l1, l2] = [mu / lambda, (1 - mu) / lambda];
        if (largest > l1) {
          descent.own.set(own);
          const problem = { atoms, squaredNorm, l1, l2, excluded };
          const size = descent.solve(problem, 0, (tolerance * squaredNorm) / 2, maxRounds);
          for (let i = 0; i < size; i++) codes.push(descent.atoms[i], descent.coefficients[i]);
        }
        codes.endRow();
      }
      return codes.finish();
    };
  };
}

/** Checks the weight; gives a function from a signal's largest correlation to its λ. */
function checkWeight(options: ErrorWeight, mu: number): (largest: number, signal: number) => number {
  const { lambda, multiple } = options as { lambda?: number; multiple?: number };
  if (lambda !== undefined) {
    numberIn({ lambda }, { above: 0 });
    return (largest, signal) => {
      if (!((lambda * largest) / mu <= largestMultiple))
        throw new RangeError(
          `lambda is ${lambda} for signal ${signal}, whose largest inner product with an atom is ${largest}; expected at most ${(largestMultiple * mu) / largest}, above which the penalty is lost in rounding: lower lambda, scale the features or give multiple instead`,
        );
      return lambda;
    };
  }
  if (multiple === undefined)
    throw new RangeError(
      'neither lambda nor multiple is given; expected one of them, which weighs the squared error',
    );
  numberIn(
    { multiple },
    { above: 1, to: largestMultiple },
    'below which all coefficients are zero, and above which the penalty is lost in rounding',
  );
  return (largest) => (multiple * mu) / largest;
}
