import { rowOf } from '../matrix';
import { anomalousColour, type Figure } from './figure';
import { toyFigure, type ToyScene } from './toy-figure';

/**
 * A search for exemplars pick by pick, with buttons to play and pause it and a slider to step: the points that are not chosen are
 * coloured by their cost `f` under the exemplars so far, and the one that costs most is ringed: the search takes it next.
 *
 * @param scene the points, and all exemplars in the order of their picks
 * @param costs for each pick the cost of every point after it, see {@link representationCosts}
 * @example
 * ```ts
 * const { features, bases } = toySubspaces({ points: 3 });
 * const costs = [Float32Array.of(0, 2, 3), Float32Array.of(0, 1, 0)];
 * toySearchFigure({ features, bases, exemplars: [0, 2] }, costs).frames!.length // 2
 * ```
 */
export function toySearchFigure(scene: ToyScene, costs: readonly ArrayLike<number>[]): Figure {
  const picks = Array.from(scene.exemplars);
  const finite = costs.flatMap((values) => Array.from(values).filter(Number.isFinite));
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const steps = picks.map((_, index) => {
    const { data, layout } = toyFigure({ ...scene, exemplars: picks.slice(0, index + 1) });
    const chosen = new Set(picks.slice(0, index + 1));
    const rest = Array.from({ length: scene.features.rows }, (_, row) => row).filter(
      (row) => !chosen.has(row),
    );
    const colour = rest.map((row) => costs[index][row]);
    const points = data.map((trace) =>
      (trace as { name?: string }).name === 'out-of-bank'
        ? { ...trace, marker: { ...scale(low, high), size: 3.5, color: colour } }
        : trace,
    );
    const worst = rest.reduce((most, row) => (costs[index][row] > costs[index][most] ? row : most), rest[0]);
    return {
      data: [...points, ringAt(rowOf(scene.features, worst))],
      layout,
      name: String(index + 1),
    };
  });
  const animate = { mode: 'immediate', frame: { duration: 700, redraw: true }, transition: { duration: 0 } };
  const still = { ...animate, frame: { duration: 0, redraw: true } };
  const [first] = steps;
  return {
    data: first.data,
    frames: steps.map(({ data, name }) => ({ name, data })),
    layout: {
      ...first.layout,
      updatemenus: [
        {
          ...{ type: 'buttons', direction: 'left', x: 0.02, y: 0.02, xanchor: 'left', yanchor: 'bottom' },
          buttons: [
            { label: 'play', method: 'animate', args: [null, { ...animate, fromcurrent: true }] },
            { label: 'pause', method: 'animate', args: [[null], still] },
          ],
        },
      ],
      sliders: [
        {
          ...{ x: 0.25, len: 0.7, y: 0.02, yanchor: 'bottom', currentvalue: { prefix: 'picks: ' } },
          steps: steps.map(({ name }) => ({ label: name, method: 'animate', args: [[name], still] })),
        },
      ],
    },
  };
}

function scale(cmin: number, cmax: number): object {
  const colorbar = { title: { text: 'cost f' }, thickness: 12, len: 0.6 };
  return { cmin, cmax, colorscale: 'Viridis', showscale: true, colorbar };
}

/** A ring around the point that costs most. */
function ringAt([x, y, z]: ArrayLike<number> & Iterable<number>): object {
  return {
    type: 'scatter3d',
    mode: 'markers',
    name: 'costs most, taken next',
    ...{ x: [x], y: [y], z: [z] },
    marker: { size: 9, symbol: 'circle-open', color: anomalousColour, line: { width: 3 } },
  };
}
