import '../../src/platform';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Configuration, evaluate, fitDetector } from '../../src/detector';
import { openDatasets } from '../../src/files';
import { drawSynthetic } from '../../src/images';

/** What version 0.1.0 gave: image scores, every 61st value of all maps, and a checksum of all maps. */
interface Kept {
  category: string;
  change: Partial<Configuration>;
  scores: string;
  maps: string;
  every61: string;
}

const kept: Record<string, Kept> = JSON.parse(
  readFileSync(join(__dirname, '..', 'fixtures', 'kept-figures.json'), 'utf8'),
);
const floats = (base64: string) => {
  const bytes = Buffer.from(base64, 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
};

function assertNear(actual: Float32Array, expected: Float32Array, name: string): void {
  assert.equal(actual.length, expected.length);
  expected.forEach((value, index) => {
    const difference = Math.abs(actual[index] - value);
    assert.ok(
      difference <= 1e-4 * Math.max(1, Math.abs(value)),
      `${name}, value ${index}: off by ${difference}`,
    );
  });
}

for (const [name, { category, change, scores, maps, every61 }] of Object.entries(kept)) {
  test(`${name}: maps and scores are those of version 0.1.0`, async () => {
    const [dataset] = await openDatasets('synthetic', { categories: [category] });
    const detector = await fitDetector(dataset, change);
    const evaluation = await evaluate(detector, dataset);
    await detector.dispose();
    const values = Float32Array.from(evaluation.maps.flatMap(({ data }) => Array.from(data)));
    const checksum = createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex');
    // On the processor that made the figures they are the same bit for bit; others round products otherwise.
    if (checksum === maps) return;
    assertNear(evaluation.imageScores, floats(scores), name);
    assertNear(
      values.filter((_, index) => index % 61 === 0),
      floats(every61),
      name,
    );
  });
}

test('a detector takes images in memory, and gives a defect a higher score than a nominal image', async () => {
  const draw = (seed: number, defect?: 'stain') => drawSynthetic('nut', { seed, size: 64, defect }).image;
  const detector = await fitDetector(
    [0, 1, 2, 3, 4, 5].map((seed) => draw(seed)),
    { size: 64 },
  );
  const scores: number[] = [];
  for await (const { score, path, isAnomalous } of detector.score([draw(10), draw(11, 'stain')])) {
    scores.push(score);
    assert.match(path, /^image \d$/);
    assert.equal(isAnomalous, undefined, 'nothing is decided without thresholds');
  }
  assert.ok(scores[1] > 2 * Math.abs(scores[0]), `${scores}`);
  await detector.dispose();
});

test('more exemplars than images are cut down, and said so; what is out of range is rejected before work', async () => {
  const images = [0, 1, 2].map((seed) => drawSynthetic('wood', { seed, size: 64 }).image);
  const detector = await fitDetector(images, { size: 64, exemplars: 50 });
  assert.deepEqual(detector.fit!.notices, [
    '50 exemplars were asked for, and there are 3 nominal images: all of them are kept',
  ]);
  await detector.dispose();
  await assert.rejects(
    fitDetector(images, { size: 64, solver: { name: 'lasso' } as never }),
    /neither lambda nor multiple is given/,
  );
  await assert.rejects(fitDetector(images, { size: 128 }), /image 0 is 64x64; the extractor takes 128x128/);
});

test('fitting stops when it is aborted, and tells its progress', async () => {
  const [dataset] = await openDatasets('synthetic', { categories: ['nut'] });
  const controller = new AbortController();
  const stages = new Set<string>();
  const onProgress = ({ stage }: { stage: string }) => {
    stages.add(stage);
    if (stage === 'exemplars') controller.abort(new Error('enough'));
  };
  await assert.rejects(
    fitDetector(dataset, { size: 64 }, { signal: controller.signal, onProgress }),
    /enough/,
  );
  assert.deepEqual([...stages], ['nominal images', 'exemplars']);
});
