import '../../src/platform';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  type Configuration,
  type Detector,
  exportDetector,
  fitDetector,
  networkOf,
  presets,
} from '../../src/detector';
import { drawSynthetic, type RgbImage, runsOf, sidesOf } from '../../src/images';
import { onnxRuntime } from '../../src/matrix';
import { pythonWith, unlessPython } from '../helpers/python';
import { temporaryFolder } from '../helpers/temporary';

const size = { width: 64, height: 48 };

/** The middle of a drawn image, which is wider than high. */
function drawn(seed: number, defect?: 'stain'): RgbImage {
  const { image } = drawSynthetic('nut', { seed, size: 64, defect });
  return { ...size, data: image.data.slice(8 * 64 * 3, 56 * 64 * 3) };
}

const tested = [drawn(20), drawn(21, 'stain'), drawn(22, 'stain')];

const variants: Record<string, Partial<Configuration>> = {
  'the default': { backbone: 'efficientnet_lite0', patches: 100 },
  'few images and level weights': { exemplars: 4, levelWeights: [1, 2], sigma: 1 },
  'two scales, each with its own levels': {
    granularities: ['image', 'patch'],
    ...{ patches: 50, scales: [1, 0.5], levelWeights: [1, 2] },
  },
  'two scales, concatenated': { scales: [1, 0.5], concatenate: true },
  'patches by the nearest': { granularities: ['patch'], patches: 50, solver: { name: 'nearest' } },
  'patches by ridge, more than channels': {
    granularities: ['patch'],
    patches: 200,
    solver: { name: 'ridge', penalty: 0.1 },
  },
  'local ridge on more exemplars than there are': {
    granularities: ['patch'],
    patches: 6,
    solver: { name: 'localRidge', neighbours: 8, penalty: 0.05 },
  },
  'positions with a window, standardized and centred': {
    granularities: ['position'],
    ...{ window: 3, standardize: true, centre: true, exemplars: 5 },
  },
  'positions by local ridge': {
    granularities: ['position'],
    solver: { name: 'localRidge', neighbours: 3, penalty: 0.01 },
  },
  'images by the nearest, unit norm': { solver: { name: 'nearest' }, unitNorm: true },
  'images by local ridge': { solver: { name: 'localRidge', neighbours: 3, penalty: 0.01 } },
  'an ignored region': {
    granularities: ['image', 'patch', 'place'],
    patches: 40,
    ignore: runsOf({
      ...size,
      data: Uint8Array.from({ length: 48 * 64 }, (_, at) => (at % 64 < 24 && at < 30 * 64 ? 1 : 0)),
    }),
  },
  patchcore: { ...presets.patchcore, patches: 40 },
  patchcore_authors: { ...presets.patchcore_authors, patches: 40 },
  padim: presets.padim,
  crd: presets.crd,
  pca: presets.pca,
};

async function fitted(changes: Partial<Configuration>): Promise<Detector> {
  const nominal = Array.from({ length: 8 }, (_, seed) => drawn(seed));
  return fitDetector(nominal, { backbone: 'scattering', size, ...changes });
}

async function modelOf(detector: Detector): Promise<Uint8Array> {
  return exportDetector(detector, await networkOf(detector.configuration));
}

/** Maps and scores of the test images, as the detector has them. */
async function scoredBy(detector: Detector): Promise<{ maps: number[]; scores: number[] }> {
  const [maps, scores]: [number[], number[]] = [[], []];
  for await (const { map, score } of detector.score(tested)) {
    maps.push(...map.data);
    scores.push(score);
  }
  return { maps, scores };
}

function assertClose(actual: ArrayLike<number>, expected: readonly number[], what: string): void {
  assert.equal(actual.length, expected.length, what);
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  expected.forEach((value, at) => {
    const difference = Math.abs(actual[at] - value);
    assert.ok(difference <= 1e-4 * largest, `${what} ${at}: ${actual[at]} instead of ${value}`);
  });
}

function batch(): Float32Array {
  return Float32Array.from(tested.flatMap(({ data }) => [...data]));
}

for (const [name, changes] of Object.entries(variants)) {
  test(`an exported model gives the maps and scores of its detector: ${name}`, async () => {
    const detector = await fitted(changes);
    const { InferenceSession, Tensor } = await onnxRuntime.get()();
    const session = await InferenceSession.create(await modelOf(detector));
    const rgb = new Tensor('float32', batch(), [tested.length, size.height, size.width, 3]);
    const { map, score } = await session.run({ rgb });
    const expected = await scoredBy(detector);
    assertClose(map.data as Float32Array, expected.maps, 'map value');
    assertClose(score.data as Float32Array, expected.scores, 'score');
    await Promise.all([session.release(), detector.dispose()]);
  });
}

test('what a model cannot hold is refused with what it can', async () => {
  const refused: [Partial<Configuration>, RegExp][] = [
    [
      { solver: { name: 'omp', atoms: 3 } },
      /the solver omp, which iterates; expected one of nearest, ridge, localRidge/,
    ],
    [{ solver: { name: 'lasso', multiple: 5 } }, /the solver lasso/],
    [{ tile: 32 }, /tiles of 32 pixels of an image of 64x48; expected whole images/],
    [
      {
        granularities: ['image'],
        ...{ concatenate: true, solver: { name: 'nearest' }, imageScore: 'neighbours' },
      },
      /the image score neighbours of image; expected patch/,
    ],
  ];
  for (const [changes, words] of refused) {
    const whole = changes.tile ? { size: { width: 64, height: 64 } } : {};
    const nominal = changes.tile
      ? [0, 1, 2].map((seed) => drawSynthetic('nut', { seed, size: 64 }).image)
      : undefined;
    const detector = nominal
      ? await fitDetector(nominal, { backbone: 'scattering', ...changes, ...whole })
      : await fitted(changes);
    await assert.rejects(modelOf(detector), words.source.includes('64x48') ? /tiles of 32 pixels/ : words);
    await detector.dispose();
  }
});

const packages = ['numpy', 'onnxruntime'];
const python = pythonWith(...packages);

test(
  'ONNX Runtime in Python gives the maps and scores of the detector, and the thresholds',
  { skip: unlessPython(python, ...packages) },
  async (context: TestContext) => {
    const folder = await temporaryFolder(context);
    const [model, input, output] = ['model.onnx', 'input.f32', 'output.f32'].map((name) =>
      join(folder, name),
    );
    const script = `
import sys, numpy as np, onnxruntime
session = onnxruntime.InferenceSession(sys.argv[1])
rgb = np.fromfile(sys.argv[2], np.float32).reshape(-1, *session.get_inputs()[0].shape[1:])
maps, scores = session.run(['map', 'score'], {'rgb': rgb})
np.concatenate([maps.ravel(), scores]).tofile(sys.argv[3])
print(session.get_modelmeta().custom_metadata_map['image_threshold'])`;
    for (const name of ['the default', 'patches by the nearest', 'few images and level weights']) {
      const detector = await fitted(variants[name]);
      await writeFile(model, await modelOf(detector));
      const rgb = batch();
      await writeFile(input, new Uint8Array(rgb.buffer));
      const text = execFileSync(python!, ['-c', script, model, input, output], { encoding: 'utf8' });
      assert.equal(Number(text), detector.thresholds.image);
      const bytes = await readFile(output);
      const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
      const { maps, scores } = await scoredBy(detector);
      assertClose(values, [...maps, ...scores], `${name}: value`);
      await detector.dispose();
    }
    assert.deepEqual(sidesOf(size), size);
  },
);
