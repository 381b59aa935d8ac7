import { extent } from '../base';
import { type FeatureMatrix, rowOf } from '../matrix';
import type { RebuiltPoints, ToyModelName } from '../subspace';
import { type Figure, ink } from './figure';
import { toyFigure, type ToyScene } from './toy-figure';

/** Colours of the models, the same in every figure. */
export const modelColours: Record<ToyModelName, string> = {
  nearest: '#7b3294',
  OMP: '#d73027',
  LASSO: '#e08214',
  ridge: '#008080',
  PCA: '#5d4037',
};

/** A test point, and its reconstruction by each model. */
export interface RebuiltPoint {
  /** `[1, 3]`. */
  point: FeatureMatrix;
  models: Readonly<Partial<Record<ToyModelName, RebuiltPoints>>>;
}

/** Points of a grid with a value each, and the value of the surface that is drawn; see {@link toySurface}. */
export interface DrawnSurface {
  /** `[points, 3]`. */
  grid: FeatureMatrix;
  values: Float32Array;
  threshold: number;
  name: string;
}

/**
 * A test point beside a memory bank in R³: its reconstruction by each model, with the residual as a line between the two; and, where
 * it is given, the surface at which a model's residual reaches a threshold. Points beyond the surface are called anomalous.
 *
 * @param scene the bank, as {@link toyFigure} takes it
 * @param rebuilt the point, and its reconstructions by the models
 * @example
 * ```ts
 * const { features, bases } = toySubspaces({ points: 20 });
 * const point = toyPoint(bases[0], { angle: 30, distance: 1, height: 0.5 });
 * const models = { nearest: await rebuildToyPoints(point, features, 'nearest') };
 * toyPointFigure({ features, bases, exemplars: [0, 1] }, { point, models }).data.length // 6
 * ```
 */
export function toyPointFigure(
  scene: ToyScene,
  { point, models }: RebuiltPoint,
  surface?: DrawnSurface,
): Figure {
  const { data, layout } = toyFigure(scene);
  const [target] = [rowOf(point, 0)];
  const traces = Object.entries(models).map(([name, { rebuilt, residuals }]) => {
    const end = rowOf(rebuilt, 0);
    const [x, y, z] = [0, 1, 2].map((axis) => [target[axis], end[axis]]);
    const color = modelColours[name as ToyModelName];
    return {
      type: 'scatter3d',
      mode: 'lines+markers',
      name: `${name}: residual ${residuals[0].toFixed(3)}`,
      ...{ x, y, z },
      line: { color, width: 9 },
      marker: { color, size: [0, 4], symbol: 'diamond' },
    };
  });
  const own = {
    type: 'scatter3d',
    mode: 'markers',
    name: 'test point',
    ...{ x: [target[0]], y: [target[1]], z: [target[2]] },
    marker: { size: 6, color: ink },
  };
  return { data: [...data, ...(surface ? [surfaceTrace(surface)] : []), ...traces, own], layout };
}

function surfaceTrace({ grid, values, threshold, name }: DrawnSurface): object {
  const [x, y, z] = [0, 1, 2].map((axis) =>
    Array.from({ length: grid.rows }, (_, row) => rowOf(grid, row)[axis]),
  );
  const [, largest] = extent(values);
  return {
    type: 'isosurface',
    name,
    showlegend: true,
    ...{ x, y, z },
    value: Array.from(values),
    isomin: Math.min(threshold, largest),
    isomax: Math.min(threshold, largest),
    surface: { count: 1 },
    caps: { x: { show: false }, y: { show: false }, z: { show: false } },
    colorscale: [
      [0, '#d73027'],
      [1, '#d73027'],
    ],
    ...{ opacity: 0.18, showscale: false, hoverinfo: 'skip' },
  };
}
