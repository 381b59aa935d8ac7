import { createFeatureMatrix, type FeatureMatrix } from '../matrix';
import type { DrawnSurface } from '../plots';
import { rebuildToyPoints, type ToyModelName, type ToyModelOptions } from '../subspace';

/** Points of the grid along each axis. */
const side = 17;

/**
 * The points of R³ at which a model's residual reaches a threshold, as values on a grid for {@link toyPointFigure}: what lies beyond
 * is called anomalous.
 *
 * @param exemplars `[exemplars, 3]`
 * @param options the threshold, and how far the grid reaches along each axis, default 2
 * @example
 * ```ts
 * const exemplars = featureMatrixFrom([[1, 0, 0], [0, 1, 0]]);
 * const { grid, values } = await toySurface(exemplars, 'OMP', { threshold: 0.5 });
 * [grid.rows, values[0]] // [4913, 2]: a corner is 2 above the plane
 * ```
 */
export async function toySurface(
  exemplars: FeatureMatrix,
  model: ToyModelName,
  { threshold, reach = 2, ...options }: ToyModelOptions & { threshold: number; reach?: number },
): Promise<DrawnSurface> {
  const grid = createFeatureMatrix(side ** 3, 3);
  const place = (index: number) => reach * ((2 * index) / (side - 1) - 1);
  for (let at = 0; at < grid.rows; at++)
    grid.data.set(
      [place(Math.floor(at / side ** 2)), place(Math.floor(at / side) % side), place(at % side)],
      3 * at,
    );
  const { residuals } = await rebuildToyPoints(grid, exemplars, model, options);
  return { grid, values: residuals, threshold, name: `${model}: residual ${threshold}` };
}
