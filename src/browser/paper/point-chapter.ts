import { rowOf, selectRows } from '../../matrix';
import { toyPointFigure } from '../../plots';
import { subspaceSampling } from '../../sampling';
import { toySurface } from '../../study';
import {
  type RebuiltPoints,
  rebuildToyPoints,
  type ToyModelName,
  toyModelNames,
  toyPoint,
  toySubspaces,
} from '../../subspace';
import type { Computation } from './protocol';

/** Weight of the squared error in the search for the exemplars. */
const lambda = 50;

/** A point beside a plane of R³, reconstructed by five models from the same exemplars. */
export const pointChapter: Computation = async (values) => {
  const [seed, exemplars, angle, distance, height, threshold] = [
    ...['seed', 'exemplars', 'angle', 'distance', 'height', 'threshold'],
  ].map((name) => Number(values[name]));
  const scene = toySubspaces({ points: 300, seed });
  const { indices } = await subspaceSampling(scene.features, { exemplars, lambda, seed });
  const bank = selectRows(scene.features, indices);
  const [basis] = scene.bases;
  const at = (place: Parameters<typeof toyPoint>[1]) => toyPoint(basis, place);
  const point = at({ angle, distance, height });
  const models: Partial<Record<ToyModelName, RebuiltPoints>> = {};
  for (const name of toyModelNames) models[name] = await rebuildToyPoints(point, bank, name);
  const surfaced = toyModelNames.find((name) => name === values.surface);
  const surface = surfaced && (await toySurface(bank, surfaced, { threshold }));
  const axis = (place: Parameters<typeof toyPoint>[1]) => Array.from(rowOf(at(place), 0));
  return {
    figures: [toyPointFigure({ ...scene, exemplars: indices }, { point, models }, surface)],
    lines: [
      `Residuals: ${toyModelNames.map((name) => `${name} ${models[name]!.residuals[0].toFixed(3)}`).join(', ')}. The point is ${Math.abs(height).toFixed(2)} from the plane.`,
    ],
    dragged: {
      target: Array.from(rowOf(point, 0)),
      axes: [
        axis({ angle: 0, distance: 1, height: 0 }),
        axis({ angle: 90, distance: 1, height: 0 }),
        axis({ angle: 0, distance: 0, height: 1 }),
      ],
    },
  };
};
