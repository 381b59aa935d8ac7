import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selectRows } from '../../src/matrix';
import { representationCosts, subspaceSampling } from '../../src/sampling';
import { toySubspaces } from '../../src/subspace';

test('the next exemplar of subspace sampling is the feature that costs most, and its cost is the one the search tells', async () => {
  for (const seed of [1, 2, 3]) {
    const { features } = toySubspaces({
      ambient: 8,
      dimension: 2,
      subspaces: 3,
      points: 30,
      noise: 0.05,
      seed,
    });
    const { indices, costs } = await subspaceSampling(features, { exemplars: 8, lambda: 20, seed });
    for (let picks = 1; picks < indices.length; picks++) {
      const found = await representationCosts(features, selectRows(features, indices.slice(0, picks)), {
        lambda: 20,
      });
      const largest = Math.max(...found);
      assert.ok(Math.abs(found[indices[picks]] - largest) < 1e-3 * largest, `seed ${seed}, pick ${picks}`);
      assert.ok(Math.abs(costs[picks - 1] - largest) < 1e-3 * largest, `${costs[picks - 1]} and ${largest}`);
    }
  }
});

test('costs of unit features do not depend on their lengths, and fall as exemplars are added', async () => {
  const { features } = toySubspaces({ points: 40, seed: 5 });
  const doubled = { ...features, data: features.data.map((value) => 2 * value) };
  const one = await representationCosts(features, selectRows(features, [0]));
  const two = await representationCosts(doubled, selectRows(features, [0, 7]));
  const same = await representationCosts(doubled, selectRows(doubled, [0]));
  one.forEach((cost, row) => {
    assert.ok(Math.abs(cost - same[row]) < 1e-3);
    assert.ok(two[row] <= cost + 1e-3 && cost <= 25 + 1e-3);
  });
});
