import { numberIn } from '../base';
import { type FeatureMatrix, normalizeRows, rowDistances } from '../matrix';
import { encode, lasso, reconstruct } from '../subspace';

/**
 * The cost of every feature over the exemplars in subspace sampling, `f(x, S) = min_c ‖c‖₁ + λ/2 ‖x - X_S c‖²` for features and exemplars
 * of unit length. It is `λ/2` for a feature that no exemplar helps, and `1 - 1/(2λ)` for an exemplar. The next exemplar of the
 * search is the feature that costs most.
 *
 * @param features a feature per row; a row of zeros costs 0
 * @param exemplars the exemplars so far, an exemplar per row
 * @param options λ, the weight of the squared error, > 1, default 50
 * @returns a cost per feature, ≥ 0
 * @throws RangeError when λ is not a number above 1 or the columns differ
 * @see You, Li, Robinson, Vidal, ECCV 2018, equation 7
 * @example
 * ```ts
 * const features = featureMatrixFrom([[2, 0], [0, 3]]);
 * const costs = await representationCosts(features, selectRows(features, [0]), { lambda: 10 });
 * Array.from(costs, (cost) => cost.toFixed(2)) // ['0.95', '5.00']
 * ```
 */
export async function representationCosts(
  features: FeatureMatrix,
  exemplars: FeatureMatrix,
  { lambda = 50 }: { lambda?: number } = {},
): Promise<Float32Array> {
  numberIn({ lambda }, { above: 1 });
  const [unit, dictionary] = [normalizeRows(features), normalizeRows(exemplars)];
  const codes = await encode(unit, dictionary, lasso({ lambda }));
  const errors = rowDistances(unit, await reconstruct(codes, dictionary));
  return Float32Array.from(errors, (error, row) => {
    const own = codes.values.subarray(codes.rowStarts[row], codes.rowStarts[row + 1]);
    return own.reduce((sum, value) => sum + Math.abs(value), 0) + (lambda / 2) * error ** 2;
  });
}
