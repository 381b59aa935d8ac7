import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configure, fitDetector } from '../../src/detector';
import { openDatasets } from '../../src/files';
import { createPipeline } from '../../src/pipeline';
import type { Messages } from '../../src/workbench/messages';
import { saveDetector } from '../../src/workbench/save-detector';
import { openSession } from '../../src/workbench/session';

test('the cost curve has a point per exemplar, from one on, also after a larger memory bank was cut', async () => {
  const [dataset] = await openDatasets('synthetic', { categories: ['nut'] });
  const sets: Messages['set'][] = [];
  const session = await openSession({
    dataset,
    base: configure({ backbone: 'scattering', size: 64, granularities: ['patch'] }),
    pipelineWith: (onComputed) => createPipeline(dataset, { onComputed }),
    save: saveDetector,
    send: (kind, message) => {
      if (kind === 'set') sets.push(message as Messages['set']);
    },
  });
  for (const patches of [60, 25]) {
    await session.handle({ type: 'show', values: { ...session.defaults, patches }, image: 0 });
    const { x, y } = sets.at(-1)!.costs.patch;
    assert.deepEqual(
      x,
      Array.from({ length: patches }, (_, pick) => pick + 1),
    );
    const detector = await fitDetector(dataset, {
      ...{ backbone: 'scattering', size: 64, granularities: ['patch'], patches },
    });
    const [{ sampling }] = detector.reconstructors;
    assert.equal(y.length, patches);
    y.forEach((cost, pick) => assert.ok(Math.abs(cost - sampling.costs[pick]) < 1e-4, `pick ${pick}`));
    await detector.dispose();
  }
});
