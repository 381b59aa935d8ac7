import { activeSetDescent } from './active-set-descent';
import { checkGram, checkSignals, codesBuilder, type Solver } from './solver';

/** When coordinate descent stops. */
export interface DescentOptions {
  /** Duality gap, as a share of `|x|^2 / 2` (in units of the squared error), at which a signal is done. Default 1e-9. */
  tolerance?: number;
  /** Rounds of growing a signal's active set after which its coefficients are taken as they are. Default 1000. */
  maxRounds?: number;
}

/**
 * The weight of the squared error: either absolute, or as a multiple of the smallest weight at which a signal has a nonzero
 * coefficient (`1 / max|X^T x|` for the LASSO), which makes it independent of the features' scale.
 */
export type ErrorWeight = { lambda: number } | { multiple: number };

/** Parameters of {@link lasso}. */
export type LassoOptions = DescentOptions & ErrorWeight;

/**
 * LASSO: `min_c |c|_1 + lambda/2 |x - X c|^2`, by descent on an active set, until the duality gap is small.
 * scikit-learn's `Lasso(alpha, fit_intercept=False)` is the same problem with `alpha * n_samples = 1 / lambda`.
 *
 * @throws RangeError when `lambda` is not positive, `multiple` is not above 1 (all coefficients would be zero), or
 *   `tolerance` is not positive
 */
export function lasso(options: LassoOptions): Solver {
  return elasticNet({ ...options, mu: 1 });
}

/** Parameters of {@link elasticNet}. */
export type ElasticNetOptions = DescentOptions & ErrorWeight & { mu: number };

/**
 * Elastic net: `min_c mu |c|_1 + (1 - mu)/2 |c|^2 + lambda/2 |x - X c|^2` with mu in (0, 1] (You, Li, Robinson, Vidal, CVPR
 * 2016, where lambda is gamma). Descent runs on an active set that grows by the atoms whose correlation with
 * `lambda (x - X c)` exceeds mu, as in their oracle-guided active set, until the duality gap is small.
 *
 * @throws RangeError as {@link lasso} does, and when `mu` is not in (0, 1]
 */
export function elasticNet(options: ElasticNetOptions): Solver {
  const { mu, tolerance = 1e-9, maxRounds = 1000 } = options;
  if (!(mu > 0 && mu <= 1)) throw new RangeError(`mu is ${mu}; expected a number in (0, 1]`);
  if (!(tolerance > 0)) throw new RangeError(`tolerance is ${tolerance}; expected a positive number`);
  if ('lambda' in options && !(options.lambda > 0 && options.lambda < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`lambda is ${options.lambda}; expected a finite number > 0`);
  }
  if ('multiple' in options && !(options.multiple > 1 && options.multiple < Number.POSITIVE_INFINITY)) {
    throw new RangeError(
      `multiple is ${options.multiple}; expected a finite number > 1, below which all coefficients are zero`,
    );
  }
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
        const lambda = 'lambda' in options ? options.lambda : (options.multiple * mu) / largest;
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
