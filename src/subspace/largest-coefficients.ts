import { codesBuilder, type SparseCodes } from './solver';

/** Codes of which every row keeps its coefficient of the largest magnitude only. */
export function largestCoefficients({ rows, cols, rowStarts, indices, values }: SparseCodes): SparseCodes {
  const kept = codesBuilder(rows, cols);
  for (let row = 0; row < rows; row++) {
    let largest = rowStarts[row];
    for (let entry = largest; entry < rowStarts[row + 1]; entry++)
      if (Math.abs(values[entry]) > Math.abs(values[largest])) largest = entry;
    if (largest < rowStarts[row + 1]) kept.push(indices[largest], values[largest]);
    kept.endRow();
  }
  return kept.finish();
}
