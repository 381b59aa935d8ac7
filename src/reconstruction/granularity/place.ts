import { type FeatureMaps, positionFeatures } from '../../features';
import {
  choleskyInverse,
  createFeatureMatrix,
  type FeatureMatrix,
  innerProducts,
  innerProductsInDouble,
  meanRows,
  rowRange,
  subtractRows,
  transpose,
} from '../../matrix';
import type { SparseCodes } from '../../subspace';
import { type Granularity, rowPerPosition } from './granularity';

/** Weight of the ridge, in mean variances of the features about the mean of their place. */
const ridgeVariances = 0.1;
/** Rows that come before those of the places: the number of nominal images, and the ridge. */
const headRows = 2;
/** The least part of a residual that may be left when an image is taken out of its own Gaussian: what rounding leaves no meaning. */
const leastLeft = 1e-5;

/**
 * Places: a feature is compared with a Gaussian of the nominal features at its own place, as in PaDiM (Defard et al., ICPR 2021). Its
 * mean m and scatter A give the affine subspace from which a feature is reconstructed by ridge regression:
 * `x̂ = x - μ (A + μ I)⁻¹ (x - m)`, `μ = 0.1 · (n - 1) · mean variance` for n images. No solver has a part in it, there are no exemplars, and
 * the codes are empty.
 *
 * A nominal image is left out of mean and scatter in closed form: with `u = x - m`, `a = n / (n - 1)` and `q = uᵀ (A + μ I)⁻¹ u`, its residual is
 * `a / (1 - a q)` times that of a feature that was never in (Sherman and Morrison, 1950).
 */
export const place: Granularity = {
  keepsImages: false,
  isSampled: false,
  exemplarsAreFeatures: true,
  available: ({ features }) => features.cols,
  defaultExemplars: (available) => available,
  async sample() {
    return { sampling: { indices: new Uint32Array(0), costs: new Float64Array(0), solves: 0 }, origins: [] };
  },
  exemplarsAt: (maps, _set, normalize) => gaussians({ ...maps, features: normalize(maps.features) }),
  tensorShape: ({ height, width, channels }) => [headRows + height * width * (1 + channels), channels],
  async model({ exemplars, height, width }) {
    const { cols } = exemplars;
    const [images, ridge] = [exemplars.data[0], exemplars.data[cols]];
    return {
      async rebuild(maps, { own } = {}) {
        const rebuilt = createFeatureMatrix(maps.features.rows, cols);
        for (let at = 0; at < height * width; at++) {
          const start = headRows + at * (1 + cols);
          const target = positionFeatures(maps, at);
          const apart = subtractRows(target, rowRange(exemplars, start, start + 1));
          const solved = await innerProducts(apart, rowRange(exemplars, start + 1, start + 1 + cols));
          for (let image = 0; image < maps.count; image++) {
            const row = image * cols;
            const isOut = own !== undefined && own[image] >= 0 && images > 1;
            const scale = ridge * (isOut ? leavingOut(apart, solved, { row, images }) : 1);
            const into = (image * height * width + at) * cols;
            for (let col = 0; col < cols; col++)
              rebuilt.data[into + col] = target.data[row + col] - scale * solved[row + col];
          }
        }
        return { rebuilt, codes: emptyCodes(maps.features.rows) };
      },
    };
  },
  atomsPerExemplar: () => 1,
  codeRow: rowPerPosition,
  placesOf: () => () => null,
};

/** The factor by which the residual of an image grows when mean and scatter are those of the others. */
function leavingOut(
  { cols, data }: FeatureMatrix,
  solved: ArrayLike<number>,
  { row, images }: { row: number; images: number },
): number {
  let product = 0;
  for (let at = row; at < row + cols; at++) product += data[at] * solved[at];
  const factor = images / (images - 1);
  return factor / Math.max(leastLeft, 1 - factor * product);
}

/** Number of images, ridge μ, and of every place the mean and `(A + μ I)⁻¹`. */
async function gaussians(maps: FeatureMaps): Promise<FeatureMatrix> {
  const { height, width, count, features } = maps;
  const { cols } = features;
  const positions = height * width;
  const means = meanRows(features, positions);
  const apart = { ...maps, features: subtractRows(features, means) };
  let energy = 0;
  for (let at = 0; at < features.data.length; at++) energy += apart.features.data[at] ** 2;
  const ridge = (ridgeVariances * energy) / (positions * cols) || 1;
  const kept = createFeatureMatrix(headRows + positions * (1 + cols), cols);
  kept.data.fill(count, 0, cols).fill(ridge, cols, headRows * cols);
  for (let at = 0; at < positions; at++) {
    const channels = transpose(positionFeatures(apart, at));
    const scatter = innerProductsInDouble(channels, channels);
    for (let col = 0; col < cols; col++) scatter[col * (cols + 1)] += ridge;
    const start = (headRows + at * (1 + cols)) * cols;
    kept.data.set(means.data.subarray(at * cols, (at + 1) * cols), start);
    kept.data.set(choleskyInverse(scatter, cols).inverse(), start + cols);
  }
  return kept;
}

function emptyCodes(rows: number): SparseCodes {
  const [indices, values] = [new Uint32Array(0), new Float64Array(0)];
  return { rows, cols: 1, rowStarts: new Uint32Array(rows + 1), indices, values };
}
