import '../../src/platform';
import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { changesOf, type Configuration, configure, parametersOf } from '../../src/configuration';
import { evaluate, loadDetector } from '../../src/detector';
import { openDatasets } from '../../src/files';
import type { Dataset } from '../../src/images';
import { createPipeline } from '../../src/pipeline';
import type { Messages } from '../../src/workbench/messages';
import { saveDetector } from '../../src/workbench/save-detector';
import { openSession } from '../../src/workbench/session';
import { temporaryFolder } from '../helpers/temporary';

const usual: Partial<Configuration> = { backbone: 'scattering', size: 64 };

async function open(
  change: (dataset: Dataset) => Dataset | Promise<Dataset> = (dataset) => dataset,
  changes = usual,
) {
  const [nut] = await openDatasets('synthetic', { categories: ['nut'] });
  const dataset = await change(nut);
  const told: { [Kind in keyof Messages]?: Messages[Kind][] } = {};
  const session = await openSession({
    dataset,
    base: configure(changes),
    pipelineWith: (onComputed) => createPipeline(dataset, { onComputed }),
    save: saveDetector,
    send: (kind, message) => ((told[kind] ??= []) as unknown[]).push(message),
  });
  const last = <Kind extends keyof Messages>(kind: Kind) => told[kind]!.at(-1)!;
  return { session, told, last, dataset };
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
  await session.handle({ type: 'pin', values: [session.defaults] });
  await session.handle({ type: 'show', values: session.defaults, image: 13 });
  for (const { value, low, high } of last('set').pinned[0].differences)
    assert.deepEqual([value, low, high], [0, 0, 0]);
  await session.handle({ type: 'show', values: { ...session.defaults, sigma: 6 }, image: 13 });
  assert.ok(last('set').pinned[0].differences.some(({ value }) => value !== 0));
  assert.ok(last('image').pinned[0]?.map);
  await session.handle({ type: 'pin', values: [session.defaults, { ...session.defaults, sigma: 6 }] });
  await session.handle({ type: 'show', values: { ...session.defaults, sigma: 6 }, image: 13 });
  const [before, same] = last('set').pinned;
  assert.ok(before.differences.some(({ value }) => value !== 0));
  assert.ok(same.differences.every(({ value }) => value === 0));
  assert.deepEqual(same.scores, last('set').scores);
  assert.equal(last('image').pinned.length, 2);
  await session.handle({ type: 'pin', values: [] });
  await session.handle({ type: 'show', values: session.defaults, image: 13 });
  assert.deepEqual(last('set').pinned, []);
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

test('whatever configuration it is opened with is the one that it shows', async () => {
  const solver = { name: 'omp', atoms: 3, tolerance: 0.1 } as const;
  for (const changes of [
    { granularities: ['position', 'patch'] },
    { granularities: ['patch', 'image'], levelWeights: [1, 2], solver, patches: 0.05 },
    { size: { width: 96, height: 64 }, imageScore: 'patch', levels: [2] },
  ] as const) {
    const { session, last } = await open(undefined, { ...usual, ...changes });
    await session.handle({ type: 'show', values: session.defaults, image: 13 });
    const { error, code, command } = last('status');
    assert.equal(error, undefined);
    for (const [name, value] of Object.entries(changes))
      assert.ok(code.includes(`${name}: `), `${name} ${value}`);
    if ('solver' in changes) assert.match(command, / --solver omp --atoms 3 --tolerance 0.1( |$)/);
    if ('levelWeights' in changes)
      assert.deepEqual([session.defaults.weight1, session.defaults.weight2], [1, 2]);
  }
});

test('level 4 of a backbone that has it is a control, and stays', () => {
  const context = {
    base: configure({ backbone: 'resnet18', levels: [3, 4], levelWeights: [1, 2] }),
    nominal: 9,
  };
  const shown = parametersOf(context, {});
  const values = Object.fromEntries(shown.map((parameter) => [parameter.name, parameter.default]));
  assert.deepEqual([values.level4, values.weight3, values.weight4], [true, 1, 2]);
  const { levels, levelWeights } = changesOf(context, { ...values, level2: true });
  assert.deepEqual(
    [levels, levelWeights],
    [
      [2, 3, 4],
      [1, 1, 2],
    ],
  );
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

/** A data set some of whose files are broken. */
async function broken(
  context: TestContext,
  dataset: Dataset,
  { split, places }: { split: 'train' | 'test'; places: readonly number[] },
): Promise<Dataset> {
  const folder = await temporaryFolder(context);
  const own = dataset.samples.filter((sample) => sample.split === split);
  const changed = new Map<string, string>();
  for (const place of places) {
    const path = join(folder, `broken${place}.png`);
    await writeFile(path, 'no image');
    changed.set(own.at(place)!.path, path);
  }
  const samples = dataset.samples.map((sample) => ({
    ...sample,
    path: changed.get(sample.path) ?? sample.path,
  }));
  return { ...dataset, samples };
}

for (const places of [[0], [7], [-1], [0, 1, 8, 12]])
  test(`broken test images at ${places} leave every other image with its own score and pictures`, async (context) => {
    const whole = await open();
    await whole.session.handle({ type: 'show', values: whole.session.defaults, image: 13 });
    const expected = whole.last('set').scores;
    const { session, told, last } = await open((nut) => broken(context, nut, { split: 'test', places }));
    const { samples } = last('setup');
    const lost = places.map((place) => (place < 0 ? samples.length + place : place));
    samples.forEach(({ broken: why, thumbnail }, index) => {
      assert.equal(why !== undefined, lost.includes(index), String(index));
      assert.equal(thumbnail === '', lost.includes(index));
    });
    await session.handle({ type: 'pin', values: [session.defaults] });
    for (const image of [2, 11, 13]) {
      await session.handle({ type: 'show', values: session.defaults, image });
      assert.equal(last('status').error, undefined);
      const { scores, skipped, pinned, bank } = last('set');
      assert.deepEqual(
        scores,
        expected.map((score, index) => (lost.includes(index) ? null : score)),
      );
      assert.deepEqual(
        Object.keys(skipped).map(Number),
        [...lost].sort((a, b) => a - b),
      );
      for (const reason of Object.values(skipped)) assert.match(reason, /broken/);
      assert.equal(bank.filter((line) => line.startsWith('test image skipped')).length, places.length);
      assert.deepEqual(pinned[0].scores, scores);
      assert.equal(last('image').score, scores[image]);
      assert.equal(last('image').pinned[0]?.score, scores[image]);
      await session.handle({
        ...{ type: 'explain', values: session.defaults, image },
        place: { x: 0.5, y: 0.4, level: 1 },
      });
      await whole.session.handle({
        ...{ type: 'explain', values: session.defaults, image },
        place: { x: 0.5, y: 0.4, level: 1 },
      });
      assert.deepEqual(last('explain'), whole.last('explain'));
    }
    const before = told.image!.length;
    await session.handle({ type: 'show', values: session.defaults, image: lost[0] });
    assert.match(last('status').error!, /broken.*was skipped/);
    assert.equal(told.image!.length, before);
    assert.ok(!lost.includes(session.first) && samples[session.first].isAnomalous);
  });

test('a broken nominal image is told, and exemplars are named as before', async (context) => {
  const { session, last } = await open((nut) => broken(context, nut, { split: 'train', places: [0, 3] }));
  await session.handle({ type: 'show', values: session.defaults, image: 13 });
  assert.equal(last('set').bank.filter((line) => line.startsWith('nominal image skipped: broken')).length, 2);
  await session.handle({
    ...{ type: 'explain', values: session.defaults, image: 13 },
    place: { x: 0.5, y: 0.4, level: 0 },
  });
  for (const { name } of last('explain').parts) assert.doesNotMatch(name, /broken/);
});

test('a detector that was tuned is saved as it is, beside those that were saved before, and scores as it was shown', async (context) => {
  const { session, last, dataset } = await open();
  const folder = await temporaryFolder(context);
  context.mock.method(process, 'cwd', () => folder);
  const values = { ...session.defaults, sigma: 2.5, granularity: 'patch', patches: 60 };
  await session.handle({ type: 'show', values, image: 13 });
  const { scores, thresholds } = last('set');
  for (const name of ['nut.safetensors', 'nut-2.safetensors']) {
    await session.handle({ type: 'save', values });
    assert.equal(last('status').words, `saved ${join(folder, name)}`);
    const detector = await loadDetector(join(folder, name));
    const { imageScores } = await evaluate(detector, dataset);
    await detector.dispose();
    assert.deepEqual(Array.from(imageScores), scores);
    assert.deepEqual(detector.thresholds, thresholds);
  }
  await session.handle({ type: 'save', values: { ...values, level1: false, level2: false, level3: false } });
  assert.match(last('status').error!, /^not saved: levels is/);
  assert.equal((await readdir(folder)).length, 2);
});

test('weights of levels and the unit norm of the controls reach the configuration as they are', () => {
  const context = { base: configure({}), nominal: 40 };
  const parameters = parametersOf(context, { granularity: 'image + patch' });
  const defaults = Object.fromEntries(parameters.map((parameter) => [parameter.name, parameter.default]));
  assert.equal(changesOf(context, { ...defaults, unitNorm: 'on' }).unitNorm, true);
  assert.equal(changesOf(context, { ...defaults, unitNorm: 'off' }).unitNorm, false);
  const level = context.base.levels[0];
  const expected = context.base.levels.map((_, at) => (at === 0 ? 3 : 1));
  assert.deepEqual(changesOf(context, { ...defaults, [`weight${level}`]: 3 }).levelWeights, expected);
});

test('a request that cannot be understood is told in a sentence, and the next one is answered', async () => {
  const { session, told, last } = await open();
  const show = { type: 'show', values: session.defaults, image: 13 };
  const changed = (change: object) => ({ ...show, values: { ...session.defaults, ...change } });
  const wrong: [request: unknown, error: RegExp][] = [
    [null, /^request is null; expected Object/],
    [[], /^request\.type is undefined; expected/],
    [{ type: 'show' }, /^request\.values is undefined; expected a value/],
    [{ type: 'dance' }, /^request\.type is dance; expected .*"show"/],
    [{ ...show, type: '__proto__' }, /^request\.type is __proto__/],
    ...[-1, 0.5, 1e9, '13', null].map((image): [unknown, RegExp] => [
      { ...show, image },
      /^request\.image is /,
    ]),
    [{ ...show, values: null }, /^request\.values is null/],
    [
      changed({ granularity: '__proto__' }),
      /^request\.values\.granularity is __proto__; expected .*"image \+ patch"/,
    ],
    [changed({ granularity: 'constructor' }), /^request\.values\.granularity is constructor/],
    [changed({ sigma: 'wide' }), /^request\.values\.sigma is wide; expected number/],
    [changed({ level1: 1 }), /^request\.values\.level1 is 1; expected boolean/],
    [changed({ unknown: 1 }), /^request\.values\.unknown is no known field/],
    [{ ...show, type: 'explain' }, /^request\.place is undefined/],
    [{ ...show, type: 'explain', place: { x: 2, y: 0, level: 0 } }, /^request\.place\.x is 2; expected <=1/],
    [{ ...show, type: 'explain', place: { x: 0, y: 0, level: -1 } }, /^request\.place\.level is -1/],
    [{ type: 'pin' }, /^request\.values is undefined/],
    [{ type: 'save', values: 7 }, /^request\.values is 7/],
  ];
  const texts = wrong.map(([request, error]) => [JSON.stringify(request), error] as const);
  const raw: [string, RegExp][] = [
    ['{', /JSON/],
    [JSON.stringify(show).replace('"sigma":', '"sigma":1e999,"other":'), /^request\.values\./],
  ];
  for (const [text, error] of [...texts, ...raw]) {
    await session.receive(text);
    assert.match(last('status').error!, error, text);
  }
  assert.equal(told.image, undefined);
  await session.receive(JSON.stringify({ ...show, number: 1 }));
  assert.deepEqual([last('status').error, last('image').index], [undefined, 13]);
});

test('no request ends the session, whatever it holds', async () => {
  const { session, told } = await open();
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom('show', 'explain', 'pin', 'save', '__proto__', -1));
  const request = fc.dictionary(fc.constantFrom('type', 'values', 'image', 'place', '__proto__'), value);
  const property = fc.asyncProperty(
    fc.oneof(
      fc.string(),
      fc.json(),
      request.map((one) => JSON.stringify(one)),
    ),
    (text) => session.receive(text),
  );
  await fc.assert(property, { numRuns: 300 });
  for (const { error } of told.status!) assert.ok(error === undefined || error.length < 1000, error);
});
