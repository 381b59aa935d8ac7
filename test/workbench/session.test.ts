import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configure } from '../../src/detector';
import { openDatasets } from '../../src/files';
import type { Dataset } from '../../src/images';
import { createPipeline } from '../../src/pipeline';
import type { Messages } from '../../src/workbench/messages';
import { changesOf } from '../../src/workbench/changes-of';
import { parametersOf } from '../../src/workbench/parameters';
import { openSession } from '../../src/workbench/session';

async function open(change: (dataset: Dataset) => Dataset = (dataset) => dataset) {
  const [nut] = await openDatasets('synthetic', { categories: ['nut'] });
  const dataset = change(nut);
  const told: { [Kind in keyof Messages]?: Messages[Kind][] } = {};
  const session = await openSession({
    dataset,
    base: configure({ backbone: 'scattering', size: 64 }),
    pipelineWith: (onComputed) => createPipeline(dataset, { onComputed }),
    send: (kind, message) => ((told[kind] ??= []) as unknown[]).push(message),
  });
  const last = <Kind extends keyof Messages>(kind: Kind) => told[kind]!.at(-1)!;
  return { session, told, last };
}

test('a request to show gives a preview, all scores, and the image as the evaluation has it', async () => {
  const { session, told, last } = await open();
  await session.handle({ type: 'show', values: session.defaults, image: 13 });
  assert.deepEqual(
    told.image!.map(({ isFinal, index }) => [isFinal, index]),
    [
      [false, 13],
      [true, 13],
    ],
  );
  assert.equal(last('image').score, last('set').scores[13]);
  assert.equal(last('set').scores.length, last('setup').samples.length);
  assert.match(last('status').words, /^picture after \d+ ms; computed: features/);
  assert.equal(last('status').fraction, undefined);
});

test('an explanation has its parts, its residuals without them, and the nearest exemplar', async () => {
  const { session, last } = await open();
  const values = { ...session.defaults, granularity: 'patch', patches: 80, solver: 'omp', atoms: 3 };
  await session.handle({ type: 'explain', values, image: 13, place: { x: 0.5, y: 0.4, level: 1 } });
  const { title, parts, count, residual, nearest } = last('explain');
  assert.equal(title, 'patch, level 2: row 3, column 4');
  assert.ok(count <= 3 && parts.length === count);
  assert.ok(
    parts[0].without! >= residual - 1e-3,
    `${parts[0].without} without the first, ${residual} with it`,
  );
  assert.ok(nearest!.picture.startsWith('data:image/jpeg'));
});

test('a pinned configuration is compared with intervals; the same one differs in nothing', async () => {
  const { session, last } = await open();
  await session.handle({ type: 'pin', values: session.defaults });
  await session.handle({ type: 'show', values: session.defaults, image: 13 });
  for (const { value, low, high } of last('set').pinned!.differences)
    assert.deepEqual([value, low, high], [0, 0, 0]);
  await session.handle({ type: 'show', values: { ...session.defaults, sigma: 6 }, image: 13 });
  assert.ok(last('set').pinned!.differences.some(({ value }) => value !== 0));
  assert.ok(last('image').pinnedMap);
  await session.handle({ type: 'pin', values: null });
  await session.handle({ type: 'show', values: session.defaults, image: 13 });
  assert.equal(last('set').pinned, undefined);
});

test('newer values stop older ones; wrong values are told, not thrown', async () => {
  const { session, told, last } = await open();
  const first = session.handle({ type: 'show', values: { ...session.defaults, size: 96 }, image: 13 });
  await session.handle({ type: 'show', values: session.defaults, image: 14 });
  await first;
  assert.ok(told.image!.every(({ index }) => index === 14));
  const noLevels = { ...session.defaults, level1: false, level2: false, level3: false };
  await session.handle({ type: 'show', values: noLevels, image: 14 });
  assert.match(last('status').error!, /levels is /);
});

test('every control changes the configuration, or says why it does not', () => {
  const context = { base: configure({}), nominal: 40 };
  const defaults = Object.fromEntries(
    parametersOf(context, { granularity: 'image + patch' }).map((parameter) => [
      parameter.name,
      parameter.default,
    ]),
  );
  assert.deepEqual(changesOf(context, defaults), {});
  for (const parameter of parametersOf(context, defaults)) {
    const { name, kind, options, min, max, default: usual, unused } = parameter;
    const value =
      kind === 'flag'
        ? !usual
        : kind === 'choice'
          ? options!.find((one) => one !== usual)!
          : usual === max
            ? min!
            : max!;
    const changes = changesOf(context, { ...defaults, [name]: value });
    assert.equal(Object.keys(changes).length > 0, unused === undefined, name);
    configure(changes);
  }
});

test('a data set without masks, or without defects, is shown with the measures that it can have', async () => {
  const withoutMasks = (dataset: Dataset) => ({
    ...dataset,
    samples: dataset.samples.map((sample) => ({ ...sample, maskPath: null })),
  });
  const withoutDefects = (dataset: Dataset) => ({
    ...dataset,
    samples: dataset.samples.filter(({ label }) => label === 'nominal'),
  });
  for (const [change, measured] of [
    [withoutMasks, ['image AUROC']],
    [withoutDefects, []],
  ] as const) {
    const { session, last } = await open(change);
    await session.handle({ type: 'show', values: session.defaults, image: 0 });
    assert.equal(last('status').error, undefined);
    const { metrics, scores, thresholds } = last('set');
    assert.deepEqual(
      metrics.map(({ name }) => name),
      measured,
    );
    assert.ok(scores.every(Number.isFinite));
    assert.ok(Number.isFinite(thresholds.image) && Number.isFinite(thresholds.pixel));
  }
});
