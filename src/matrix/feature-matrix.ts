/** Feature vectors, one per row, row-major: the carrier that every step takes and gives. */
export interface FeatureMatrix {
  rows: number;
  cols: number;
  /** `rows * cols` values; row i starts at `i * cols`. */
  data: Float32Array;
}

/**
 * Makes a feature matrix over existing data (no copy), or of zeros.
 *
 * @throws RangeError when the shape and the length of the data differ
 */
export function createFeatureMatrix(
  rows: number,
  cols: number,
  data: Float32Array = new Float32Array(rows * cols),
): FeatureMatrix {
  if (data.length !== rows * cols) {
    throw new RangeError(
      `data has ${data.length} values; expected rows * cols = ${rows} * ${cols} = ${rows * cols}`,
    );
  }
  return { rows, cols, data };
}

/**
 * Makes a feature matrix from nested arrays, one feature per inner array.
 *
 * @example
 * ```ts
 * const matrix = featureMatrixFrom([[1, 0, 0], [0, 1, 0]]); // 2 features in R³
 * [matrix.rows, matrix.cols] // [2, 3]
 * ```
 * @throws RangeError when rows differ in length or a value is not finite
 */
export function featureMatrixFrom(rows: ReadonlyArray<ArrayLike<number>>): FeatureMatrix {
  const cols = rows.length > 0 ? rows[0].length : 0;
  const matrix = createFeatureMatrix(rows.length, cols);
  rows.forEach((row, index) => {
    if (row.length !== cols) {
      throw new RangeError(`row ${index} has ${row.length} values; expected ${cols}, as row 0 has`);
    }
    matrix.data.set(row, index * cols);
  });
  assertFinite(matrix, 'rows');
  return matrix;
}

/** Row `index` as a view into the matrix (no copy). */
export function rowOf(matrix: FeatureMatrix, index: number): Float32Array {
  return matrix.data.subarray(index * matrix.cols, (index + 1) * matrix.cols);
}

/** Rows `start` to `end` as a view into the matrix (no copy). */
export function rowRange({ cols, data }: FeatureMatrix, start: number, end: number): FeatureMatrix {
  return createFeatureMatrix(end - start, cols, data.subarray(start * cols, end * cols));
}

/**
 * Copies the rows at `indices`, in that order.
 *
 * @param indices in [0, rows); one may come several times
 * @example
 * ```ts
 * [...selectRows(featureMatrixFrom([[1, 2], [3, 4]]), [1]).data] // [3, 4]
 * ```
 * @throws RangeError when an index is outside [0, rows)
 */
export function selectRows(matrix: FeatureMatrix, indices: ArrayLike<number>): FeatureMatrix {
  const selected = createFeatureMatrix(indices.length, matrix.cols);
  for (let position = 0; position < indices.length; position++) {
    const index = indices[position];
    if (!(index >= 0 && index < matrix.rows)) {
      throw new RangeError(`row index is ${index}; expected one in [0, ${matrix.rows})`);
    }
    selected.data.set(rowOf(matrix, index), position * matrix.cols);
  }
  return selected;
}

/** At most `largest` rows at even distances, copied. */
export function spreadRows(matrix: FeatureMatrix, largest: number): FeatureMatrix {
  const step = Math.max(1, Math.ceil(matrix.rows / largest));
  return selectRows(
    matrix,
    Uint32Array.from({ length: Math.ceil(matrix.rows / step) }, (_, index) => index * step),
  );
}

/** The transposed matrix, copied. */
export function transpose({ rows, cols, data }: FeatureMatrix): FeatureMatrix {
  const transposed = createFeatureMatrix(cols, rows);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) transposed.data[col * rows + row] = data[row * cols + col];
  }
  return transposed;
}

/** The difference of two matrices of one shape, as a new matrix. */
export function subtract(left: FeatureMatrix, right: FeatureMatrix): FeatureMatrix {
  const difference = createFeatureMatrix(left.rows, left.cols);
  for (let index = 0; index < difference.data.length; index++) {
    difference.data[index] = left.data[index] - right.data[index];
  }
  return difference;
}

/** The mean of the rows that have the same place in each `period` of rows. */
export function meanRows({ rows, cols, data }: FeatureMatrix, period: number): FeatureMatrix {
  const sum = new Float64Array(period * cols);
  for (let at = 0; at < data.length; at++) sum[at % sum.length] += data[at];
  return createFeatureMatrix(
    period,
    cols,
    Float32Array.from(sum, (value) => (value * period) / rows),
  );
}

/** Subtracts the rows of one matrix from those of another, starting over when they are used up; gives a new matrix. */
export function subtractRows({ rows, cols, data }: FeatureMatrix, subtracted: FeatureMatrix): FeatureMatrix {
  const difference = createFeatureMatrix(rows, cols);
  const { length } = subtracted.data;
  for (let start = 0; start < data.length; start += length) {
    const end = Math.min(data.length, start + length);
    for (let at = start; at < end; at++) difference.data[at] = data[at] - subtracted.data[at - start];
  }
  return difference;
}

/**
 * Squared Euclidean norm of every row, accumulated in double precision.
 *
 * @example
 * ```ts
 * [...squaredRowNorms(featureMatrixFrom([[3, 4], [0, 1]]))] // [25, 1]
 * ```
 */
export function squaredRowNorms({ rows, cols, data }: FeatureMatrix): Float64Array {
  const norms = new Float64Array(rows);
  for (let row = 0, offset = 0; row < rows; row++, offset += cols) {
    let [a, b, c, d] = [0, 0, 0, 0];
    let at = offset;
    for (const whole = offset + cols - (cols % 4); at < whole; at += 4) {
      a += data[at] * data[at];
      b += data[at + 1] * data[at + 1];
      c += data[at + 2] * data[at + 2];
      d += data[at + 3] * data[at + 3];
    }
    for (; at < offset + cols; at++) a += data[at] * data[at];
    norms[row] = a + b + (c + d);
  }
  return norms;
}

/**
 * Euclidean distance of every row from the same row of a matrix of the same shape.
 *
 * @example
 * ```ts
 * Array.from(rowDistances(featureMatrixFrom([[0, 0], [1, 1]]), featureMatrixFrom([[3, 4], [1, 1]]))) // [5, 0]
 * ```
 */
export function rowDistances(left: FeatureMatrix, right: FeatureMatrix): Float32Array {
  const distances = new Float32Array(left.rows);
  for (let row = 0, at = 0; row < left.rows; row++) {
    let sum = 0;
    for (const end = at + left.cols; at < end; at++) {
      const difference = left.data[at] - right.data[at];
      sum += difference * difference;
    }
    distances[row] = Math.sqrt(sum);
  }
  return distances;
}

/** Euclidean distance of every row from one feature. */
export function rowDistancesFrom({ rows, cols, data }: FeatureMatrix, feature: Float32Array): Float32Array {
  const distances = new Float32Array(rows);
  for (let row = 0, at = 0; row < rows; row++) {
    let sum = 0;
    for (let col = 0; col < cols; col++, at++) sum += (data[at] - feature[col]) ** 2;
    distances[row] = Math.sqrt(sum);
  }
  return distances;
}

/**
 * Rows scaled to unit Euclidean norm, `x / ‖x‖`, as a new matrix. A zero row has no direction and stays zero.
 *
 * @example
 * ```ts
 * [...normalizeRows(featureMatrixFrom([[0, 5], [0, 0]])).data] // [0, 1, 0, 0]
 * ```
 */
export function normalizeRows(matrix: FeatureMatrix): FeatureMatrix {
  const { rows, cols, data } = matrix;
  const norms = squaredRowNorms(matrix);
  const normalized = createFeatureMatrix(rows, cols);
  for (let row = 0, offset = 0; row < rows; row++, offset += cols) {
    const scale = norms[row] > 0 ? 1 / Math.sqrt(norms[row]) : 0;
    for (let col = 0; col < cols; col++) normalized.data[offset + col] = data[offset + col] * scale;
  }
  return normalized;
}

/**
 * Checks that a matrix holds no NaN and no infinity.
 *
 * @param name how the error names the matrix
 * @throws RangeError naming the first such value and its place
 */
export function assertFinite({ cols, data }: FeatureMatrix, name: string): void {
  // 0 times a finite value is 0; times NaN or an infinity it is NaN, which stays in the sum.
  let sum = 0;
  for (let index = 0; index < data.length; index++) sum += 0 * data[index];
  if (sum === 0) return;
  for (let index = 0; index < data.length; index++) {
    if (!Number.isFinite(data[index])) {
      throw new RangeError(
        `${name} holds ${data[index]} at row ${Math.floor(index / cols)}, column ${index % cols}; expected finite values: remove or repair that feature`,
      );
    }
  }
}
