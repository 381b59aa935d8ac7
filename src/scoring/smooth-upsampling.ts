import type { AxisPlacement, Placement } from '../features';
import { createPlane, type Plane, type Size } from '../images';
import { gaussianSmooth } from './gaussian-smooth';
import { upsample } from './upsample';

/** Adds an upsampled, smoothed plane to another. */
type AddSmoothlyUpsampled = (grid: Plane, sum: Plane) => void;

/** Weights of the positions of an axis in every pixel of a longer one; row `i` is nonzero in `[from[i], to[i])`. */
interface AxisWeights {
  length: number;
  from: Uint32Array;
  to: Uint32Array;
  weights: Float64Array;
}

/**
 * {@link upsample} followed by {@link gaussianSmooth} as one step. Both are linear and separable, so that each
 * axis is one banded matrix, and a map is `A_y grid A_xᵀ`: about eight products per pixel and axis instead of 33.
 *
 * @param grid size of the planes that will be upsampled
 * @param size of the results
 * @param sigma of the smoothing, in the results' pixels; 0 for none
 */
export function smoothUpsampling(
  grid: Size,
  size: Size,
  { placement, sigma }: { placement?: Placement; sigma: number },
): AddSmoothlyUpsampled {
  const rows = axisWeights(grid.height, size.height, { placement: placement?.y, sigma });
  const isSquare =
    grid.width === grid.height &&
    size.width === size.height &&
    placement?.x.first === placement?.y.first &&
    placement?.x.step === placement?.y.step;
  const columns = isSquare ? rows : axisWeights(grid.width, size.width, { placement: placement?.x, sigma });
  const wide = new Float64Array(grid.height * size.width);
  return ({ data }, { data: sum }) => {
    widen(data, columns, wide);
    for (let y = 0; y < size.height; y++) addRow(sum, y, { wide, width: size.width, rows });
  };
}

/**
 * The matrix of an axis of {@link smoothUpsampling}, `[newLength, length]` row by row: a smoothed, upsampled map is
 * `A_y grid A_xᵀ`.
 */
export function upsamplingMatrix(
  length: number,
  newLength: number,
  options: { placement?: AxisPlacement; sigma: number },
): Float32Array {
  return new Float32Array(axisWeights(length, newLength, options).weights);
}

/** Every row of a grid times an axis. */
function widen(data: Float32Array, { length, from, to, weights }: AxisWeights, wide: Float64Array): void {
  for (let start = 0, at = 0; start < data.length; start += length) {
    for (let x = 0; x < from.length; x++, at++) {
      let value = 0;
      for (let column = from[x], own = x * length; column < to[x]; column++)
        value += weights[own + column] * data[start + column];
      wide[at] = value;
    }
  }
}

/** Adds a row of a map: the widened rows of the grid in its band, four at a time, each by its weight. */
function addRow(
  sum: Float32Array,
  y: number,
  { wide, width, rows }: { wide: Float64Array; width: number; rows: AxisWeights },
): void {
  const { from, to, weights, length } = rows;
  const [start, end, own] = [y * width, to[y], y * length];
  let row = from[y];
  for (; row + 3 < end; row += 4) {
    const [a, b, c, d] = [
      weights[own + row],
      weights[own + row + 1],
      weights[own + row + 2],
      weights[own + row + 3],
    ];
    let [atA, atB, atC, atD] = [row * width, (row + 1) * width, (row + 2) * width, (row + 3) * width];
    for (let at = start; at < start + width; at++)
      sum[at] += a * wide[atA++] + b * wide[atB++] + (c * wide[atC++] + d * wide[atD++]);
  }
  for (; row < end; row++) {
    const weight = weights[own + row];
    for (let at = start, from = row * width; at < start + width; at++) sum[at] += weight * wide[from++];
  }
}

/** The matrix of an axis, column by column: the response to a grid that is 1 at one position and 0 elsewhere. */
function axisWeights(
  length: number,
  newLength: number,
  { placement, sigma }: { placement?: AxisPlacement; sigma: number },
): AxisWeights {
  const axes = placement && { x: placement, y: { first: 0.5, step: 1 } };
  const weights = new Float64Array(newLength * length);
  const from = new Uint32Array(newLength).fill(length);
  const to = new Uint32Array(newLength);
  for (let position = 0; position < length; position++) {
    const unit = createPlane({ width: length, height: 1 });
    unit.data[position] = 1;
    const response = upsample(unit, { width: newLength, height: 1 }, axes);
    if (sigma > 0) gaussianSmooth(response, sigma);
    for (let pixel = 0; pixel < newLength; pixel++) {
      const weight = response.data[pixel];
      if (weight === 0) continue;
      weights[pixel * length + position] = weight;
      from[pixel] = Math.min(from[pixel], position);
      to[pixel] = position + 1;
    }
  }
  return { length, from, to, weights };
}
