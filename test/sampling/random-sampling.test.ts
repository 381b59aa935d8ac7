import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomSampling } from '../../src/sampling';
import { toySubspaces } from '../../src/subspace';

test('random sampling is reproducible, without replacement, and reports its coverage', async () => {
  const { features } = toySubspaces({ points: 50 });
  const first = await randomSampling(features, { exemplars: 50, seed: 9 });
  assert.deepEqual(first, await randomSampling(features, { exemplars: 50, seed: 9 }));
  assert.equal(new Set(first.indices).size, 50);
  assert.ok(first.costs[49] < 1e-3);
  assert.notDeepEqual(first.indices, (await randomSampling(features, { exemplars: 50, seed: 10 })).indices);
});
