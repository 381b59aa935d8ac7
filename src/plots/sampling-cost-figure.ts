import { type Figure, layoutOf } from './figure';

/**
 * The cost of the worst represented feature after each pick, by sampler.
 *
 * @param costs by the name of the sampler, as {@link subspaceSampling} gives them
 * @param options the title of the y axis
 * @example
 * ```ts
 * samplingCostFigure({ subspace: [4, 1] }, { y: 'largest self-representation cost' }).data.length // 1
 * ```
 */
export function samplingCostFigure(
  costs: Readonly<Record<string, ArrayLike<number>>>,
  { y }: { y: string },
): Figure {
  return {
    data: Object.entries(costs).map(([name, values]) => ({
      type: 'scatter',
      mode: values.length > 60 ? 'lines' : 'lines+markers',
      name,
      x: Array.from(values, (_, index) => index + 1),
      y: Array.from(values),
    })),
    layout: layoutOf('Sampling', { x: { title: { text: 'exemplars' } }, y: { title: { text: y } } }),
  };
}
