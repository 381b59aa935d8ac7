import { type FeatureMatrix, normalizeRows, squaredRowNorms } from '../features';
import type { Gram } from '../subspace';

/** Inner products between features, one pair at a time. */
export interface PairwiseProducts {
  count: number;
  /** `<x_i, x_j>`. */
  product(i: number, j: number): number;
  /** False for a feature without a direction. */
  hasDirection(i: number): boolean;
}

/** Inner products of features scaled to unit norm. */
export function unitProductsOfFeatures(features: FeatureMatrix): PairwiseProducts {
  const { rows, cols, data } = normalizeRows(features);
  const norms = squaredRowNorms(features);
  return {
    count: rows,
    product(i, j) {
      let [even, odd] = [0, 0];
      let [a, b] = [i * cols, j * cols];
      const end = a + cols - (cols % 2);
      for (; a < end; a += 2, b += 2) {
        even += data[a] * data[b];
        odd += data[a + 1] * data[b + 1];
      }
      return cols % 2 ? even + odd + data[a] * data[b] : even + odd;
    },
    hasDirection: (i) => norms[i] > 0,
  };
}

/** Inner products of features scaled to unit norm, from their Gram matrix. */
export function unitProductsOfGram({ atoms, data }: Gram): PairwiseProducts {
  const scale = Float64Array.from({ length: atoms }, (_, index) => {
    const squaredNorm = data[index * (atoms + 1)];
    return squaredNorm > 0 ? 1 / Math.sqrt(squaredNorm) : 0;
  });
  return {
    count: atoms,
    product: (i, j) => data[i * atoms + j] * scale[i] * scale[j],
    hasDirection: (i) => scale[i] > 0,
  };
}
