import { createFeatureMatrix, type FeatureMatrix, multiply } from '../features';
import { denseCodes, type SparseCodes } from './solver';

/** From this share of nonzeros on, a dense product on an engine is faster than adding up atoms. */
const denseShare = 0.1;

/**
 * Features rebuilt from their coefficients, `C X`.
 *
 * @param codes `[signals, atoms]`
 * @param dictionary `[atoms, d]`
 * @returns `[signals, d]`
 * @throws RangeError when the codes are over another number of atoms
 */
export async function reconstruct(codes: SparseCodes, dictionary: FeatureMatrix): Promise<FeatureMatrix> {
  if (codes.cols !== dictionary.rows) {
    throw new RangeError(`codes are over ${codes.cols} atoms; the dictionary has ${dictionary.rows}`);
  }
  if (
    codes.values.length > denseShare * codes.rows * codes.cols &&
    codes.rows * codes.cols * dictionary.cols > 1e6
  ) {
    return multiply(createFeatureMatrix(codes.rows, codes.cols, denseCodes(codes)), dictionary);
  }
  const { cols, data } = dictionary;
  const rebuilt = createFeatureMatrix(codes.rows, cols);
  const sum = new Float64Array(cols);
  for (let row = 0; row < codes.rows; row++) {
    sum.fill(0);
    for (let entry = codes.rowStarts[row]; entry < codes.rowStarts[row + 1]; entry++) {
      const value = codes.values[entry];
      for (let col = 0, at = codes.indices[entry] * cols; col < cols; col++) sum[col] += value * data[at++];
    }
    rebuilt.data.set(sum, row * cols);
  }
  return rebuilt;
}
