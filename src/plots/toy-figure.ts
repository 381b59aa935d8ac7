import { extent } from '../base';
import { type FeatureMatrix, rowOf } from '../matrix';
import type { Figure } from './figure';

/** The points and subspaces that {@link toyFigure} draws. */
export interface ToyScene {
  /** Points, `[n, 3]`. */
  features: FeatureMatrix;
  /** Orthonormal bases of the subspaces, `[1 or 2, 3]` each. */
  bases: readonly FeatureMatrix[];
  /** Indices of the exemplars. */
  exemplars: ArrayLike<number>;
  /** The reconstructed points, `[n, 3]`. Default: they are left out. */
  rebuilt?: FeatureMatrix;
}

/**
 * The paper's figure 3: subspaces of R³ (grey), exemplars (green), points outside the memory bank (blue) and their
 * reconstructions (red).
 *
 * @example
 * ```ts
 * const { features, bases } = toySubspaces({ points: 20 });
 * toyFigure({ features, bases, exemplars: [0, 1] }).data.length // 4: plane, its grid, points, exemplars
 * ```
 * @throws RangeError when the points are not of R^3
 */
export function toyFigure({ features, bases, exemplars, rebuilt }: ToyScene): Figure {
  if (features.cols !== 3)
    throw new RangeError(`features have ${features.cols} dimensions; expected 3 to draw them`);
  const chosen = new Set(Array.from(exemplars));
  const others = Array.from({ length: features.rows }, (_, index) => index).filter(
    (index) => !chosen.has(index),
  );
  const reach = 1.25 * extent(features.data.map(Math.abs))[1];
  const points = (name: string, matrix: FeatureMatrix, indices: readonly number[], marker: object) => {
    const rows = indices.map((index) => rowOf(matrix, index));
    const [x, y, z] = [0, 1, 2].map((axis) => rows.map((row) => row[axis]));
    return { type: 'scatter3d', mode: 'markers', name, x, y, z, marker };
  };
  const traces = bases.flatMap((basis, index) => subspaceTraces(basis, 0.7 * reach, index === 0));
  traces.push(points('out-of-bank', features, others, { size: 2.5, color: '#4575b4', opacity: 0.75 }));
  if (rebuilt) {
    const ring = { size: 5, symbol: 'circle-open', color: '#d73027', line: { width: 1.5 } };
    traces.push(points('rebuilt', rebuilt, others, ring));
  }
  const green = { size: 6, color: '#1a9850', line: { color: 'white', width: 1 } };
  traces.push(points('exemplars', features, [...chosen], green));
  const axis = { range: [-reach, reach], visible: false };
  return {
    data: traces,
    layout: {
      margin: { l: 0, r: 0, t: 8, b: 0 },
      font: { family: 'system-ui, sans-serif', size: 12 },
      legend: { x: 0.02, y: 0.98, itemsizing: 'constant', bgcolor: 'rgba(255,255,255,0)' },
      scene: {
        ...{ xaxis: axis, yaxis: axis, zaxis: axis },
        aspectmode: 'cube',
        camera: cameraBeside(bases[0]),
      },
    },
  };
}

/** A camera a little above a plane that lies level in the picture, so that a height over it is seen as one; anywhere for a line. */
function cameraBeside(basis: FeatureMatrix | undefined): object {
  if (!basis || basis.rows < 2) return { eye: { x: 1.3, y: 1.3, z: 0.9 } };
  const [u, v] = [rowOf(basis, 0), rowOf(basis, 1)];
  const normal = [0, 1, 2].map((at) => u[(at + 1) % 3] * v[(at + 2) % 3] - u[(at + 2) % 3] * v[(at + 1) % 3]);
  const eye = normal.map((value, axis) => 0.4 * value + 0.82 * u[axis] + 0.58 * v[axis]);
  const xyz = ([x, y, z]: readonly number[]) => ({ x, y, z });
  return { up: xyz(normal), eye: xyz(eye), center: xyz(normal.map((value) => 0.05 * value)) };
}

/** A line, or a square of a plane with the lines of a grid on it, through the origin. */
function subspaceTraces(basis: FeatureMatrix, extent: number, showlegend: boolean): object[] {
  const [u, v] = [rowOf(basis, 0), basis.rows > 1 ? rowOf(basis, 1) : null];
  const shared = { name: 'subspace', legendgroup: 'subspace', hoverinfo: 'skip' };
  const lineThrough = (ends: readonly (readonly [number, number] | null)[], width: number) => {
    const [x, y, z] = [0, 1, 2].map((axis) =>
      ends.map((end) => end && end[0] * u[axis] + end[1] * (v?.[axis] ?? 0)),
    );
    return { ...shared, type: 'scatter3d', mode: 'lines', x, y, z, line: { color: '#9aa5b1', width } };
  };
  if (!v)
    return [
      {
        ...lineThrough(
          [
            [-extent, 0],
            [extent, 0],
          ],
          5,
        ),
        showlegend,
      },
    ];
  const ticks = Array.from({ length: 9 }, (_, index) => extent * (index / 4 - 1));
  const [first, last] = [ticks[0], ticks[8]];
  const grid = ticks.flatMap((at) => [[at, first], [at, last], null, [first, at], [last, at], null] as const);
  const corner = (axis: number) =>
    [first, last].map((a) => [first, last].map((b) => a * u[axis] + b * v[axis]));
  const colorscale = [0, 1].map((end) => [end, '#9aa5b1']);
  const surface = { ...shared, type: 'surface', showlegend, showscale: false, opacity: 0.2, colorscale };
  return [
    { ...surface, x: corner(0), y: corner(1), z: corner(2) },
    { ...lineThrough(grid, 1), showlegend: false },
  ];
}
