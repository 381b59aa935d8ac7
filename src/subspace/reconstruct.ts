import { createFeatureMatrix, type FeatureMatrix, multiply } from '../matrix';
import { denseCodes, type SparseCodes } from './solver';

/** From this fraction of nonzeros on, a dense product on an engine is faster than adding up atoms. */
const denseFraction = 0.1;

/**
 * Features reconstructed from their coefficients, `C X`.
 *
 * @param codes `[signals, atoms]`
 * @param dictionary `[atoms, d]`
 * @returns `[signals, d]`
 * @throws RangeError when the codes are over another number of atoms
 * @example
 * ```ts
 * const dictionary = featureMatrixFrom([[1, 0, 0], [0, 1, 0]]);
 * const codes = await encode(featureMatrixFrom([[2, 3, 5]]), dictionary, omp({ atoms: 2 }));
 * [...(await reconstruct(codes, dictionary)).data] // [2, 3, 0]
 * ```
 */
export async function reconstruct(codes: SparseCodes, dictionary: FeatureMatrix): Promise<FeatureMatrix> {
  if (codes.cols !== dictionary.rows) {
    throw new RangeError(`codes are over ${codes.cols} atoms; the dictionary has ${dictionary.rows}`);
  }
  if (codes.values.length > denseFraction * codes.rows * codes.cols && codes.cols * dictionary.cols > 1e5) {
    return multiply(createFeatureMatrix(codes.rows, codes.cols, denseCodes(codes)), dictionary);
  }
  const { cols, data } = dictionary;
  const rebuilt = createFeatureMatrix(codes.rows, cols);
  const sum = new Float64Array(cols);
  const { rowStarts, indices, values } = codes;
  for (let row = 0; row < codes.rows; row++) {
    sum.fill(0);
    let entry = rowStarts[row];
    const end = rowStarts[row + 1];
    for (; entry + 3 < end; entry += 4) {
      const [a, b, c, d] = [values[entry], values[entry + 1], values[entry + 2], values[entry + 3]];
      let [atA, atB] = [indices[entry] * cols, indices[entry + 1] * cols];
      let [atC, atD] = [indices[entry + 2] * cols, indices[entry + 3] * cols];
      for (let col = 0; col < cols; col++) {
        sum[col] += a * data[atA++] + b * data[atB++] + (c * data[atC++] + d * data[atD++]);
      }
    }
    for (; entry < end; entry++) {
      const value = values[entry];
      for (let col = 0, at = indices[entry] * cols; col < cols; col++) sum[col] += value * data[at++];
    }
    rebuilt.data.set(sum, row * cols);
  }
  return rebuilt;
}
