import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Configuration, configure, fitDetector, presets } from '../../src/detector';
import { checkFitMemory, fitMemory } from '../../src/detector/fit-memory';
import { drawSynthetic } from '../../src/images';

const placement = { x: { first: 0, step: 1 }, y: { first: 0, step: 1 } };
/** The default network's levels at its size. */
const levels = [
  { level: 2, height: 40, width: 40, channels: 40, placement },
  { level: 3, height: 20, width: 20, channels: 112, placement },
];
const files = { images: 7000, inMemory: false };

const refusals: [string, Partial<Configuration>, RegExp, 'patches' | 'exemplars'][] = [
  ['patches', { patches: 40_000 }, /`--patches (\d+)`/, 'patches'],
  ['whole images', { exemplars: 7000 }, /`--exemplars (\d+)`/, 'exemplars'],
  ['positions', { granularities: ['position'] }, /`--exemplars (\d+)`/, 'exemplars'],
];

for (const [name, changes, pattern, flag] of refusals)
  test(`too many ${name} are refused, and the number that the error names is not`, () => {
    const configuration = configure(changes);
    let given = 0;
    assert.throws(
      () => checkFitMemory(configuration, levels, { ...files, memory: 4e9 }),
      (error: Error) => {
        assert.match(error.message, /of 7000 images would take [\d.]+ GB to fit; expected at most 4\.0 GB/);
        given = Number(pattern.exec(error.message)?.[1]);
        return true;
      },
    );
    assert.ok(given > 0, 'the error names a number');
    const less = configure({ ...changes, [flag]: given });
    checkFitMemory(less, levels, { ...files, memory: 4e9 });
    const more = configure({ ...changes, [flag]: Math.ceil(1.5 * given) });
    assert.throws(() => checkFitMemory(more, levels, { ...files, memory: 4e9 }), RangeError);
  });

test('7,000 images fit into 4 GB with the default and with PatchCore, where their features are in files', () => {
  const concatenated = [{ ...levels[0], channels: 152 }];
  const limit = 4e9;
  assert.ok(fitMemory(configure(), levels, { ...files, limit }).bytes < limit);
  assert.ok(fitMemory(configure(presets.patchcore), concatenated, { ...files, limit }).bytes < limit);
  const inMemory = { ...files, inMemory: true, memory: limit };
  assert.throws(() => checkFitMemory(configure(), levels, inMemory), /give `--exemplars|fewer images/);
});

test('a fit that is refused extracts nothing', async () => {
  const nominal = [0, 1, 2].map((seed) => drawSynthetic('nut', { seed, size: 64 }).image);
  const onProgress = () => assert.fail('it has begun');
  await assert.rejects(
    fitDetector(nominal, { size: 64 }, { memory: 1e6, onProgress }),
    /GB to fit; expected at most 0\.0 GB/,
  );
});
