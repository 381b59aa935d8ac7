import { selectRows } from '../../matrix';
import { toySearchFigure } from '../../plots';
import { representationCosts, subspaceSampling } from '../../sampling';
import { rebuildToyPoints, toySubspaces } from '../../subspace';
import type { Computation } from './protocol';

/** The longest search that is shown. */
const mostPicks = 6;

/** The search for exemplars in a plane of R³, after some picks. */
export const searchChapter: Computation = async (values) => {
  const [seed, lambda, picks] = ['seed', 'lambda', 'picks'].map((name) => Number(values[name]));
  const plane = toySubspaces({ points: 300, dimension: 2, subspaces: 1, seed });
  const { indices } = await subspaceSampling(plane.features, { exemplars: mostPicks, lambda, seed });
  const costs: Float32Array[] = [];
  for (let count = 1; count <= mostPicks; count++)
    costs.push(
      await representationCosts(plane.features, selectRows(plane.features, indices.slice(0, count)), {
        lambda,
      }),
    );
  const exemplars = selectRows(plane.features, indices.slice(0, picks));
  const { residuals } = await rebuildToyPoints(plane.features, exemplars, 'OMP');
  const { frames, layout } = toySearchFigure({ ...plane, exemplars: indices }, costs);
  const { updatemenus: _menus, sliders: _sliders, ...still } = layout as Record<string, unknown>;
  const { data } = frames![picks - 1] as { data: object[] };
  return {
    figures: [{ data, layout: still }],
    lines: [
      `${picks} ${picks === 1 ? 'exemplar' : 'exemplars'}: the largest cost is ${largest(costs[picks - 1])}, and the largest distance between a point and its reconstruction by OMP is ${largest(residuals)}.`,
    ],
  };
};

const largest = (values: Float32Array) => values.reduce((most, value) => Math.max(most, value), 0).toFixed(3);
