import { extent } from '../base';
import { type Figure, layoutOf, nominalColour } from './figure';

/**
 * A histogram of the number of nonzero coefficients that reconstruct a feature.
 *
 * @param nonzeros number of nonzero coefficients, per feature or image
 * @param options how many atoms there are
 * @example
 * ```ts
 * sparsityFigure([3, 3, 2], { atoms: 20 }).data.length // 1
 * ```
 */
export function sparsityFigure(nonzeros: ArrayLike<number>, { atoms }: { atoms: number }): Figure {
  const counts = new Map<number, number>();
  for (let index = 0; index < nonzeros.length; index++) {
    counts.set(nonzeros[index], (counts.get(nonzeros[index]) ?? 0) + 1);
  }
  const x = [...counts.keys()].sort((a, b) => a - b);
  const y = x.map((value) => (counts.get(value)! / nonzeros.length) * 100);
  return {
    data: [{ type: 'bar', x, y, marker: { color: nominalColour }, showlegend: false }],
    layout: layoutOf('Coefficient sparsity', {
      x: {
        title: { text: `nonzero coefficients of ${atoms} exemplars` },
        range: [-0.5, Math.max(extent(x)[1], 1) + 0.5],
      },
      y: { title: { text: 'reconstructed features, %' } },
    }),
  };
}
