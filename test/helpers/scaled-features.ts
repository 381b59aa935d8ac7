import { createRandom } from '../../src/base';
import { createFeatureMatrix, type FeatureMatrix } from '../../src/matrix';

/** Features of independent normal values. */
export function normalFeatures(rows: number, cols: number, seed: number): FeatureMatrix {
  const random = createRandom(seed);
  return createFeatureMatrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, () => random.normal()),
  );
}

/** Features times a number. */
export function timesScale({ rows, cols, data }: FeatureMatrix, scale: number): FeatureMatrix {
  return createFeatureMatrix(
    rows,
    cols,
    data.map((value) => value * scale),
  );
}
