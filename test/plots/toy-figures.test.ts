import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowOf, selectRows } from '../../src/matrix';
import { toyFigure, toySearchFigure } from '../../src/plots';
import { representationCosts, subspaceSampling } from '../../src/sampling';
import { toyPoint, toySubspaces } from '../../src/subspace';

interface Trace {
  name: string;
  x: number[];
  y: number[];
  z: number[];
  marker: { color: number[] };
}

test('at every pick the ringed point costs most of those not chosen, and the search takes it next', async () => {
  for (const seed of [1, 2, 3]) {
    const scene = toySubspaces({ points: 60, seed });
    const { indices } = await subspaceSampling(scene.features, { exemplars: 5, seed });
    const costs: Float32Array[] = [];
    for (let picks = 1; picks <= indices.length; picks++)
      costs.push(
        await representationCosts(scene.features, selectRows(scene.features, indices.slice(0, picks))),
      );
    const { frames } = toySearchFigure({ ...scene, exemplars: indices }, costs);
    (frames as { data: Trace[] }[]).forEach(({ data }, pick) => {
      const points = data.find(({ name }) => name === 'out-of-bank')!;
      const ring = data.find(({ name }) => name.startsWith('costs most'))!;
      const worst = points.marker.color.indexOf(Math.max(...points.marker.color));
      assert.deepEqual(
        [ring.x[0], ring.y[0], ring.z[0]],
        [points.x[worst], points.y[worst], points.z[worst]],
      );
      const next = indices[pick + 1];
      if (next === undefined) return;
      const largest = costs[pick].reduce((most, cost) => Math.max(most, cost));
      assert.ok(
        costs[pick][next] > largest - 2e-3 * largest,
        `seed ${seed}, pick ${pick}: ${costs[pick][next]} of ${largest}`,
      );
    });
  }
});

test('a height above the plane is a height in the picture', () => {
  for (const seed of [0, 1, 2, 3]) {
    const { features, bases } = toySubspaces({ points: 30, seed });
    const { layout } = toyFigure({ features, bases, exemplars: [0] });
    const { up, eye } = (layout as { scene: { camera: Record<string, { x: number; y: number; z: number }> } })
      .scene.camera;
    const along = (
      { x, y, z }: { x: number; y: number; z: number },
      [a, b, c]: ArrayLike<number> & Iterable<number>,
    ) => x * a + y * b + z * c;
    const high = rowOf(toyPoint(bases[0], { angle: 0, distance: 0, height: 1 }), 0);
    assert.ok(Math.abs(along(up, high) - 1) < 1e-5);
    // The camera looks from above, at less than 30 degrees to the plane.
    const slope = along(eye, high) / Math.hypot(eye.x, eye.y, eye.z);
    assert.ok(slope > 0.2 && slope < 0.5, `${slope}`);
  }
});
