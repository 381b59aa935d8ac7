import { blocksOf, type FeatureSource, positionFeatures, positionsOf, usedPositions } from '../../features';
import {
  addScatters,
  choleskyInverses,
  createFeatureMatrix,
  type FeatureMatrix,
  innerProducts,
  subtractRows,
} from '../../matrix';
import type { SparseCodes } from '../../subspace';
import { meanOfMaps } from '../normalization';
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
  available: ({ channels }) => channels,
  defaultExemplars: (available) => available,
  sample: async () => noExemplars(),
  exemplarsAt: async (nominal) => keptGaussians(await momentsOf(nominal)),
  async join({ levels }, { nominal }) {
    const exemplars: FeatureMatrix[] = [];
    for (const [at, level] of levels.entries())
      exemplars.push(keptGaussians(joinMoments(momentsIn(level.exemplars), await momentsOf(nominal[at]))));
    return { ...noExemplars(), exemplars };
  },
  tensorShape: ({ height, width, channels }) => [headRows + height * width * (1 + channels), channels],
  async model({ exemplars }) {
    const { cols } = exemplars;
    const { images, ridge, means, inverses, positions } = gaussiansOf(exemplars);
    return {
      async rebuild(maps, { own } = {}) {
        const rebuilt = createFeatureMatrix(maps.features.rows, cols);
        for (let at = 0; at < positions; at++) {
          const target = positionFeatures(maps, at);
          const mean = createFeatureMatrix(1, cols, means.subarray(at * cols, (at + 1) * cols));
          const apart = subtractRows(target, mean);
          const inverse = inverses.subarray(at * cols ** 2, (at + 1) * cols ** 2);
          const solved = await innerProducts(apart, createFeatureMatrix(cols, cols, inverse));
          for (let image = 0; image < maps.count; image++) {
            const row = image * cols;
            const isOut = own !== undefined && own[image] >= 0 && images > 1;
            const scale = ridge * (isOut ? leavingOut(apart, solved, { row, images }) : 1);
            const into = (image * positions + at) * cols;
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

function noExemplars() {
  const sampling = { indices: new Uint32Array(0), costs: new Float64Array(0), solves: 0 };
  return { sampling, origins: [] };
}

/** The parts of the places' tensor: the number of nominal images, μ, and a mean and `(A + μ I)⁻¹` per position. */
export function gaussiansOf({ rows, cols, data }: FeatureMatrix): {
  images: number;
  ridge: number;
  positions: number;
  means: Float32Array;
  inverses: Float32Array;
} {
  const positions = (rows - headRows) / (1 + cols);
  const [start, between] = [headRows * cols, (headRows + positions) * cols];
  return {
    ...{ images: data[0], ridge: data[cols], positions },
    means: data.subarray(start, between),
    inverses: data.subarray(between),
  };
}

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

/** Features at all places: how many images, and at every place their mean and scatter about it. */
interface PlaceMoments {
  count: number;
  means: FeatureMatrix;
  scatters: Float64Array[];
  /** Places that are not ignored. */
  used: number;
}

async function momentsOf(source: FeatureSource): Promise<PlaceMoments> {
  const means = await meanOfMaps(source, positionsOf(source));
  const scatters = await scattersAbout(means, source);
  return { count: source.count, means, scatters, used: usedPositions(source) };
}

/** The moments from which Gaussians were made, up to the rounding of the inverses that are kept. */
function momentsIn(exemplars: FeatureMatrix): Omit<PlaceMoments, 'used'> {
  const { cols } = exemplars;
  const { images, ridge, positions, means, inverses } = gaussiansOf(exemplars);
  const kept = Array.from({ length: positions }, (_, at) =>
    Float64Array.from(inverses.subarray(at * cols ** 2, (at + 1) * cols ** 2)),
  );
  const scatters = Array.from(choleskyInverses(kept, cols), (scatter) => {
    for (let col = 0; col < cols; col++) scatter[col * (cols + 1)] -= ridge;
    return scatter;
  });
  return { count: images, means: createFeatureMatrix(positions, cols, means), scatters };
}

/** The moments of all images of two sets (Chan, Golub and LeVeque, 1983). */
function joinMoments(one: Omit<PlaceMoments, 'used'>, other: PlaceMoments): PlaceMoments {
  const { rows, cols } = one.means;
  const count = one.count + other.count;
  const means = createFeatureMatrix(rows, cols);
  for (let at = 0; at < means.data.length; at++)
    means.data[at] = (one.count * one.means.data[at] + other.count * other.means.data[at]) / count;
  const weight = (one.count * other.count) / count;
  const scatters = one.scatters.map((scatter, place) => {
    const apart = Float64Array.from(
      { length: cols },
      (_, col) => other.means.data[place * cols + col] - one.means.data[place * cols + col],
    );
    return scatter.map(
      (value, at) =>
        value + other.scatters[place][at] + weight * apart[Math.floor(at / cols)] * apart[at % cols],
    );
  });
  return { count, means, scatters, used: other.used };
}

/** Number of images, ridge μ, and of every place the mean and `(A + μ I)⁻¹`. */
function keptGaussians({ count, means, scatters, used }: PlaceMoments): FeatureMatrix {
  const { rows: positions, cols } = means;
  let energy = 0;
  for (const scatter of scatters) for (let col = 0; col < cols; col++) energy += scatter[col * (cols + 1)];
  const ridge = (ridgeVariances * energy) / (used * cols) || 1;
  const kept = createFeatureMatrix(headRows + positions * (1 + cols), cols);
  kept.data.fill(count, 0, cols).fill(ridge, cols, headRows * cols);
  const { means: keptMeans, inverses } = gaussiansOf(kept);
  keptMeans.set(means.data);
  for (const scatter of scatters) for (let col = 0; col < cols; col++) scatter[col * (cols + 1)] += ridge;
  let into = 0;
  for (const inverse of choleskyInverses(scatters, cols)) {
    inverses.set(inverse, into);
    into += cols ** 2;
  }
  return kept;
}

/** The scatter of the features at every place about its mean, the lower triangle of `[cols, cols]` each. */
async function scattersAbout(means: FeatureMatrix, source: FeatureSource): Promise<Float64Array[]> {
  const { cols } = means;
  const scatters = Array.from({ length: means.rows }, () => new Float64Array(cols ** 2));
  for await (const { maps } of blocksOf(source)) addScatters(scatters, maps.features, means);
  return scatters;
}

function emptyCodes(rows: number): SparseCodes {
  const [indices, values] = [new Uint32Array(0), new Float64Array(0)];
  return { rows, cols: 1, rowStarts: new Uint32Array(rows + 1), indices, values };
}
