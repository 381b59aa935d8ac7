import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { blocksOf, type FeatureSource } from '../../features';
import { createFeatureMatrix, type FeatureMatrix, innerProducts, transpose } from '../../matrix';
import { overDictionary, reconstruct } from '../../subspace';
import { type Granularity, rowPerPosition } from './granularity';

/** Fraction of the features' energy that the directions hold together. */
const keptEnergy = 0.99;

/**
 * Directions: the memory bank holds no exemplars but the principal directions of all nominal patches, as many as hold 99 % of
 * their energy (of their variance, for centred features). A feature is reconstructed as its projection on them; the codes have a row
 * per position.
 */
export const direction: Granularity = {
  keepsImages: false,
  isSampled: false,
  exemplarsAreFeatures: false,
  available: ({ channels }) => channels,
  defaultExemplars: (available) => available,
  async sample() {
    const sampling = { indices: new Uint32Array(0), costs: new Float64Array(0), solves: 0 };
    return { sampling, origins: [] };
  },
  exemplarsAt: principalDirections,
  tensorShape: ({ channels }, _set, rows) => [rows, channels],
  async model({ exemplars: dictionary }, _set, solver) {
    const { gram, signalsOf } = await overDictionary(dictionary, solver);
    const encode = solver(gram);
    return {
      async rebuild({ features }, { without } = {}) {
        const signals = await signalsOf(features);
        if (without !== undefined) signals.excluded = new Int32Array(features.rows).fill(without);
        const codes = await encode(signals);
        return { codes, rebuilt: await reconstruct(codes, dictionary) };
      },
    };
  },
  atomsPerExemplar: () => 1,
  codeRow: rowPerPosition,
  placesOf: () => () => null,
};

/** Orthonormal eigenvectors of the features' scatter, a row each, the largest first. */
async function principalDirections(source: FeatureSource): Promise<FeatureMatrix> {
  const { channels: cols } = source;
  const scatter = Matrix.zeros(cols, cols);
  for await (const { maps } of blocksOf(source)) {
    const channels = transpose(maps.features);
    scatter.add(Matrix.from1DArray(cols, cols, await innerProducts(channels, channels)));
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(scatter, {
    assumeSymmetric: true,
  });
  const order = realEigenvalues
    .map((_, index) => index)
    .sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
  const total = realEigenvalues.reduce((sum, value) => sum + value, 0);
  let [kept, energy] = [0, 0];
  while (kept < cols && (kept === 0 || energy < keptEnergy * total)) energy += realEigenvalues[order[kept++]];
  const rows = order.slice(0, kept).map((index) => eigenvectorMatrix.getColumn(index));
  return createFeatureMatrix(kept, cols, Float32Array.from(rows.flat()));
}
