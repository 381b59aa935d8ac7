import { Matrix } from 'ml-matrix';
import { PCA } from 'ml-pca';
import { quantile } from '../base';
import type { RgbImage } from '../images';
import { type FeatureMatrix, rowOf, spreadRows } from '../matrix';

/** The largest number of features that the components are fitted on; three components need no more. */
const largestSample = 300;
/** The number of channels up to which all eigenvectors of the covariance are faster than three components one by one (NIPALS). */
const fewChannels = 256;

/**
 * Colours for feature maps: the three leading principal components of some features as red, green and blue. Maps that are
 * coloured by the same function can be compared.
 *
 * @param features the features on which the components and their ranges are fitted, `[n, channels]`
 * @returns a function from the features of one map and its grid to its image
 * @example
 * ```ts
 * const features = featureMatrixFrom([[0, 0, 0], [1, 0, 0], [0, 2, 0], [0, 0, 3]]);
 * fitPcaColours(features)(features, { width: 2, height: 2 }).width // 2
 * ```
 */
export function fitPcaColours(
  features: FeatureMatrix,
): (map: FeatureMatrix, grid: { width: number; height: number }) => RgbImage {
  const sample = spreadRows(features, largestSample);
  const matrixOf = (part: FeatureMatrix) =>
    new Matrix(Array.from({ length: part.rows }, (_, row) => rowOf(part, row)));
  const method = features.cols <= fewChannels ? 'covarianceMatrix' : 'NIPALS';
  const pca = new PCA(matrixOf(sample), { method, nCompNIPALS: 3, center: true, scale: false });
  const project = (part: FeatureMatrix) => pca.predict(matrixOf(part), { nComponents: 3 });
  const known = project(sample);
  const ranges = [0, 1, 2].map((component) => {
    const values = known.getColumn(component);
    return [quantile(values, 0.01), quantile(values, 0.99)];
  });
  return (map, { height, width }) => {
    const projected = project(map);
    const data = new Float32Array(height * width * 3);
    for (let pixel = 0; pixel < height * width; pixel++) {
      ranges.forEach(([low, high], component) => {
        const fraction = (projected.get(pixel, component) - low) / (high - low || 1);
        data[pixel * 3 + component] = Math.min(1, Math.max(0, fraction));
      });
    }
    return { width, height, data };
  };
}
