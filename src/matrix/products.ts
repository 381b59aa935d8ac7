import { createFeatureMatrix, type FeatureMatrix } from './feature-matrix';
import { largestMagnitude, ordinaryScale, scaleFeatures } from './ordinary-scale';
import { buildProductModel } from './product-model';
import { type OnnxRuntime, onnxRuntime, sessionOptions, tensorflowBackend } from './runtimes';

/**
 * The most multiplications per row of the left matrix for which plain loops in double precision are used. The bound does not depend
 * on the number of rows, so that a feature has the same products alone and in a batch.
 */
const smallRow = 4096;
/** So few features, or features of so few dimensions, are toys, for which precision matters more: they are summed in double up to a larger size. */
const toySide = 32;
const smallToyRow = 2e5;
/** Dimensions per single-precision block of an inner product; blocks are added in double precision. */
const blockCols = 8192;

/** Inner products in the precision in which they were computed. */
export type Products = Float32Array | Float64Array;

/** `left [m, k]` times `right` gives `[m, n]`; `right` is `[n, k]` when transposed, else `[k, n]`. */
type SinglePrecisionProduct = (
  left: FeatureMatrix,
  right: FeatureMatrix,
  transposed: boolean,
  into?: Float32Array,
) => Promise<Float32Array>;

let engine: Promise<SinglePrecisionProduct> | undefined;

/**
 * Inner products of all pairs of rows, `left [m, d]` times `right [n, d]` transposed. Small products are summed in double
 * precision; large ones run on ONNX Runtime (or TensorFlow.js where that does not load) in single-precision blocks of 8192
 * dimensions that are added in double precision. Features so large or small that single precision does not hold their squares are
 * scaled by a power of two first, and their products are in double precision.
 *
 * @param into memory for `m * n` single-precision values, which saves large products from being allocated again and again; not
 *   every engine uses it
 * @returns `m * n` values, row-major
 * @throws RangeError when the matrices differ in columns
 */
export function innerProducts(
  left: FeatureMatrix,
  right: FeatureMatrix,
  into?: Float32Array,
): Promise<Products> {
  return innerProductsWith(right)(left, into);
}

/** Whether {@link innerProducts} with a right matrix of that size are summed in double precision. */
export function isSmallProduct({ rows, cols }: Pick<FeatureMatrix, 'rows' | 'cols'>): boolean {
  const isToy = Math.min(rows, cols) <= toySide;
  return rows * cols <= (isToy ? smallToyRow : smallRow);
}

/** {@link innerProducts} for many left matrices and one right matrix, which is cut into blocks once. */
export function innerProductsWith(
  right: FeatureMatrix,
): (left: FeatureMatrix, into?: Float32Array) => Promise<Products> {
  const { rows, cols } = right;
  let blocks: FeatureMatrix[] | undefined;
  let ownScale: number | undefined;
  return async (left, into) => {
    if (left.cols !== cols) {
      throw new RangeError(`features have ${left.cols} and ${cols} dimensions; expected the same`);
    }
    if (isSmallProduct(right)) return innerProductsInDouble(left, right);
    ownScale ??= ordinaryScale(largestMagnitude(right));
    const scale = left === right ? ownScale : ordinaryScale(largestMagnitude(left));
    if (scale !== 1 || ownScale !== 1) {
      const scaled = scaleFeatures(right, ownScale);
      const products = await innerProducts(left === right ? scaled : scaleFeatures(left, scale), scaled);
      return Float64Array.from(products, (value) => value / scale / ownScale!);
    }
    const multiply = await readyEngine();
    if (cols <= blockCols) return multiply(left, right, true, into);
    blocks ??= columnBlocks(right);
    const sum = new Float64Array(left.rows * rows);
    for (const [index, block] of blocks.entries()) {
      const own = left === right ? block : columnBlock(left, index * blockCols, block.cols);
      const part = await multiply(own, block, true);
      for (let at = 0; at < sum.length; at++) sum[at] += part[at];
    }
    return sum;
  };
}

/**
 * The matrix product `left [m, k]` times `right [k, n]` in single precision, on the engine that {@link innerProducts} uses.
 *
 * @throws RangeError when `left.cols` is not `right.rows`
 */
export async function multiply(left: FeatureMatrix, right: FeatureMatrix): Promise<FeatureMatrix> {
  if (left.cols !== right.rows) {
    throw new RangeError(`cannot multiply ${left.rows}x${left.cols} by ${right.rows}x${right.cols}`);
  }
  const product = await readyEngine();
  return createFeatureMatrix(left.rows, right.cols, await product(left, right, false));
}

/** {@link innerProducts} summed in double precision, whatever their size. */
export function innerProductsInDouble(left: FeatureMatrix, right: FeatureMatrix): Float64Array {
  const products = new Float64Array(left.rows * right.rows);
  const { cols } = left;
  for (let row = 0; row < left.rows; row++) {
    for (let other = 0; other < right.rows; other++) {
      let sum = 0;
      for (let col = 0, a = row * cols, b = other * cols; col < cols; col++)
        sum += left.data[a++] * right.data[b++];
      products[row * right.rows + other] = sum;
    }
  }
  return products;
}

function columnBlocks(matrix: FeatureMatrix): FeatureMatrix[] {
  return Array.from({ length: Math.ceil(matrix.cols / blockCols) }, (_, index) => {
    const start = index * blockCols;
    return columnBlock(matrix, start, Math.min(blockCols, matrix.cols - start));
  });
}

function columnBlock({ rows, cols, data }: FeatureMatrix, start: number, width: number): FeatureMatrix {
  const block = createFeatureMatrix(rows, width);
  for (let row = 0; row < rows; row++) {
    block.data.set(data.subarray(row * cols + start, row * cols + start + width), row * width);
  }
  return block;
}

function readyEngine(): Promise<SinglePrecisionProduct> {
  engine ??= loadEngine();
  return engine;
}

async function loadEngine(): Promise<SinglePrecisionProduct> {
  let runtime: OnnxRuntime;
  try {
    runtime = await onnxRuntime.get()();
  } catch {
    return multiplyByTensorflow;
  }
  const open = (transposed: boolean) =>
    runtime.InferenceSession.create(buildProductModel(transposed), sessionOptions);
  const [plain, transposedRight] = await Promise.all([open(false), open(true)]);
  return async (left, right, transposed, into) => {
    const tensor = ({ rows, cols, data }: FeatureMatrix) => new runtime.Tensor('float32', data, [rows, cols]);
    const session = transposed ? transposedRight : plain;
    // ONNX Runtime multiplies a single row by another routine, which rounds differently from the one for several rows.
    const rows = left.rows === 1 ? twice(left) : left;
    const inputs = { a: tensor(rows), b: tensor(right) };
    const cols = transposed ? right.rows : right.cols;
    const outputs = into && rows === left && { product: tensor({ rows: rows.rows, cols, data: into }) };
    const { product } = await (outputs ? session.run(inputs, outputs) : session.run(inputs));
    const values = product.data as Float32Array;
    return left.rows === 1 ? values.subarray(0, values.length / 2) : values;
  };
}

function twice({ cols, data }: FeatureMatrix): FeatureMatrix {
  const both = createFeatureMatrix(2, cols);
  both.data.set(data);
  both.data.set(data, cols);
  return both;
}

async function multiplyByTensorflow(
  left: FeatureMatrix,
  right: FeatureMatrix,
  transposed: boolean,
): Promise<Float32Array> {
  await tensorflowBackend.get()();
  const tf = await import('@tensorflow/tfjs-core');
  const product = tf.tidy(() => {
    const a = tf.tensor2d(left.data, [left.rows, left.cols]);
    const b = tf.tensor2d(right.data, [right.rows, right.cols]);
    return tf.matMul(a, b, false, transposed);
  });
  const values = (await product.data()) as Float32Array;
  product.dispose();
  return values;
}
