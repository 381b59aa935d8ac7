import { createFeatureMatrix, type FeatureMatrix, instantiateSimd, squaredRowNorms } from '../matrix';
import { checkGram, type Gram } from '../subspace';

/** Inner products of unit-norm data with exemplars, of which there are more and more. */
export interface ExemplarProducts {
  count: number;
  /** False for a datum without a direction. */
  hasDirection(index: number): boolean;
  /** Makes a datum the next exemplar. */
  add(index: number): void;
  /** Writes the inner products of a datum with all exemplars to the start of `out`. */
  write(index: number, out: Float64Array): void;
}

/** Products are kept in blocks of so many exemplars, which lie in slabs of so many blocks. */
const blockSize = 64;
const slabBlocks = 8192;

/**
 * Inner products of features, scaled to unit norm, with exemplars among them. Each is computed when it is first asked for, and
 * kept in single precision.
 *
 * @param exemplars how many will be added
 * @throws RangeError when the features do not fit into 4 GB
 */
export function productsOfFeatures(features: FeatureMatrix, exemplars: number): ExemplarProducts {
  const { rows, cols, data } = features;
  const step = 4 * cols;
  const simd = instantiateSimd(step * (rows + exemplars) + 4 * blockSize + 64);
  const featuresAt = simd.allocate(step * rows);
  const exemplarsAt = simd.allocate(step * exemplars);
  const outAt = simd.allocate(4 * blockSize);
  const unit = createFeatureMatrix(rows, cols, new Float32Array(simd.buffer, featuresAt, rows * cols));
  const squaredNorms = squaredRowNorms(features);
  for (let row = 0, at = 0; row < rows; row++) {
    const scale = squaredNorms[row] > 0 ? 1 / Math.sqrt(squaredNorms[row]) : 0;
    for (let col = 0; col < cols; col++, at++) unit.data[at] = data[at] * scale;
  }
  const chosen = new Float32Array(simd.buffer, exemplarsAt, exemplars * cols);
  const fresh = new Float32Array(simd.buffer, outAt, blockSize);
  const perRow = Math.ceil(exemplars / blockSize);
  const blockOf = new Uint32Array(rows * perRow);
  const slabs: Float32Array[] = [];
  let blocks = 0;
  const seen = new Uint32Array(rows);
  let size = 0;
  return {
    count: rows,
    hasDirection: (index) => squaredNorms[index] > 0,
    add(index) {
      chosen.set(unit.data.subarray(index * cols, (index + 1) * cols), size++ * cols);
    },
    write(index, out) {
      while (seen[index] < size) {
        const from = seen[index];
        const block = Math.floor(from / blockSize);
        const to = Math.min(size, (block + 1) * blockSize);
        simd.products(featuresAt + step * index, cols, exemplarsAt, from, to, outAt);
        if (from % blockSize === 0) {
          if (blocks % slabBlocks === 0) slabs.push(new Float32Array(slabBlocks * blockSize));
          blockOf[index * perRow + block] = blocks++;
        }
        const place = blockOf[index * perRow + block];
        const start = (place % slabBlocks) * blockSize + (from % blockSize);
        slabs[Math.floor(place / slabBlocks)].set(
          to - from === blockSize ? fresh : fresh.subarray(0, to - from),
          start,
        );
        seen[index] = to;
      }
      for (let start = 0; start < size; start += blockSize) {
        const place = blockOf[index * perRow + start / blockSize];
        const at = (place % slabBlocks) * blockSize;
        const used = Math.min(blockSize, size - start);
        out.set(slabs[Math.floor(place / slabBlocks)].subarray(at, at + used), start);
      }
    },
  };
}

/** Inner products of data that are known by their Gram matrix, scaled to unit norm. */
export function productsOfGram(gram: Gram): ExemplarProducts {
  checkGram(gram);
  const { atoms, data } = gram;
  const scale = Float64Array.from({ length: atoms }, (_, index) => {
    const squaredNorm = data[index * (atoms + 1)];
    return squaredNorm > 0 ? 1 / Math.sqrt(squaredNorm) : 0;
  });
  const exemplars: number[] = [];
  return {
    count: atoms,
    hasDirection: (index) => scale[index] > 0,
    add: (index) => void exemplars.push(index),
    write(index, out) {
      exemplars.forEach((exemplar, at) => {
        out[at] = data[index * atoms + exemplar] * scale[index] * scale[exemplar];
      });
    },
  };
}
