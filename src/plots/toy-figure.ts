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
 * toyFigure({ features, bases, exemplars: [0, 1] }).data.length // 3: plane, points, exemplars
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
  const traces: object[] = bases.map((basis, index) => subspaceTrace(basis, reach, index === 0));
  traces.push(points('out-of-bank', features, others, { size: 3, color: '#4575b4', opacity: 0.75 }));
  if (rebuilt) {
    const ring = { size: 5, symbol: 'circle-open', color: '#d73027', line: { width: 1.5 } };
    traces.push(points('rebuilt', rebuilt, others, ring));
  }
  const green = { size: 12, color: '#1a9850', line: { color: 'white', width: 2 } };
  traces.push(points('exemplars', features, [...chosen], green));
  const axis = { range: [-reach, reach], showbackground: false, gridcolor: '#dde3e9', zeroline: false };
  return {
    data: traces,
    layout: {
      margin: { l: 0, r: 0, t: 8, b: 0 },
      font: { family: 'system-ui, sans-serif', size: 12 },
      legend: { x: 0.02, y: 0.98, itemsizing: 'constant' },
      scene: {
        xaxis: { ...axis, title: { text: 'x' } },
        yaxis: { ...axis, title: { text: 'y' } },
        zaxis: { ...axis, title: { text: 'z' } },
        aspectmode: 'cube',
        camera: { eye: eyeOver(bases[0]), center: { x: 0, y: 0, z: -0.12 } },
      },
    },
  };
}

/** Where the camera stands: over a plane, a little to its side; anywhere for a line. */
function eyeOver(basis: FeatureMatrix | undefined): { x: number; y: number; z: number } {
  if (!basis || basis.rows < 2) return { x: 1.5, y: 1.5, z: 1 };
  const [u, v] = [rowOf(basis, 0), rowOf(basis, 1)];
  const normal = [0, 1, 2].map((at) => u[(at + 1) % 3] * v[(at + 2) % 3] - u[(at + 2) % 3] * v[(at + 1) % 3]);
  const side = normal[2] < 0 ? -1 : 1;
  const [x, y, z] = normal.map((value, axis) => 1.7 * side * value + 1.4 * u[axis]);
  return { x, y, z };
}

/** A line or a square of a plane through the origin. */
function subspaceTrace(basis: FeatureMatrix, extent: number, showlegend: boolean): object {
  const [u, v] = [rowOf(basis, 0), basis.rows > 1 ? rowOf(basis, 1) : null];
  const name = 'subspace';
  if (!v) {
    const [x, y, z] = [0, 1, 2].map((axis) => [-extent * u[axis], extent * u[axis]]);
    return {
      type: 'scatter3d',
      mode: 'lines',
      name,
      showlegend,
      x,
      y,
      z,
      line: { color: '#9aa5b1', width: 5 },
    };
  }
  const at = (axis: number) =>
    [-1, 1].map((a) => [-1, 1].map((b) => extent * 0.95 * (a * u[axis] + b * v[axis])));
  const colorscale = [
    [0, '#9aa5b1'],
    [1, '#9aa5b1'],
  ];
  return {
    type: 'surface',
    name,
    showlegend,
    showscale: false,
    opacity: 0.3,
    colorscale,
    x: at(0),
    y: at(1),
    z: at(2),
    hoverinfo: 'skip',
  };
}
