import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/base';
import {
  compileNetwork,
  createExtractor,
  type EngineOutput,
  gluonResNet50V2,
  type Network,
  resNet,
  scatteringNetwork,
  withPatchFeatures,
} from '../../src/features';
import { loadBackbone, readSafetensors } from '../../src/files';
import type { Tensor, Weights } from '../../src/matrix';
import { channelsLast } from '../helpers/channels-last';
import { resnet50V2Weights, unlessPresent } from '../helpers/shared';
import {
  type SlowMap,
  slowAdd,
  slowBatchNorm,
  slowConv,
  slowMap,
  slowMaxPool,
  slowRelu,
} from '../helpers/slow-network';

const imagenetMean = [0.485, 0.456, 0.406];
const imagenetDeviation = [0.229, 0.224, 0.225];

function randomImage(size: number, seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: 3 * size * size }, () => random.uniform());
}

/** An image's planes with ImageNet's mean and deviation taken off. */
function normalizedInput(image: Float32Array, size: number): SlowMap {
  const values = Float64Array.from(image, (value, index) => {
    const c = Math.floor(index / (size * size));
    return (value - imagenetMean[c]) / imagenetDeviation[c];
  });
  return slowMap(3, size, size, values);
}

/** Weights of torchvision's names and shapes, random but of a scale that keeps activations near 1. */
function randomResNetWeights(block: 'basic' | 'bottleneck', units: number[], width: number): Weights {
  const random = createRandom(7);
  const tensors = new Map<string, Tensor>();
  const conv = (name: string, out: number, inputs: number, size: number) => {
    const scale = Math.sqrt(2 / (inputs * size * size));
    const data = Float32Array.from({ length: out * inputs * size * size }, () => scale * random.normal());
    tensors.set(`${name}.weight`, { shape: [out, inputs, size, size], data });
  };
  const norm = (name: string, channels: number) => {
    const values = (low: number, high: number): Tensor => ({
      shape: [channels],
      data: Float32Array.from({ length: channels }, () => random.between(low, high)),
    });
    tensors.set(`${name}.weight`, values(0.5, 1.5));
    tensors.set(`${name}.bias`, values(-0.2, 0.2));
    tensors.set(`${name}.running_mean`, values(-0.2, 0.2));
    tensors.set(`${name}.running_var`, values(0.5, 2));
  };
  conv('conv1', 64, 3, 7);
  norm('bn1', 64);
  let channels = 64;
  units.forEach((count, stage) => {
    const inner = width * 2 ** stage;
    const out = (block === 'basic' ? 64 : 256) * 2 ** stage;
    for (let unit = 0; unit < count; unit++) {
      const prefix = `layer${stage + 1}.${unit}`;
      const steps =
        block === 'basic'
          ? [
              [out, channels, 3],
              [out, out, 3],
            ]
          : [
              [inner, channels, 1],
              [inner, inner, 3],
              [out, inner, 1],
            ];
      steps.forEach(([o, i, size], index) => {
        conv(`${prefix}.conv${index + 1}`, o, i, size);
        norm(`${prefix}.bn${index + 1}`, o);
      });
      if (unit === 0 && (stage > 0 || channels !== out)) {
        conv(`${prefix}.downsample.0`, out, channels, 1);
        norm(`${prefix}.downsample.1`, out);
      }
      channels = out;
    }
  });
  return { tensors, metadata: {}, sha256: 'none', source: 'random weights' };
}

/** ResNet as torchvision runs it, BatchNorm unfolded, in plain loops. */
function slowResNet(
  { tensors }: Weights,
  image: Float32Array,
  size: number,
  units: number[],
  convs: number,
): SlowMap[] {
  const get = (name: string) => tensors.get(name)!;
  const bn = (x: SlowMap, name: string) =>
    slowBatchNorm(
      x,
      get(`${name}.weight`),
      get(`${name}.bias`),
      get(`${name}.running_mean`),
      get(`${name}.running_var`),
    );
  let x = normalizedInput(image, size);
  x = slowMaxPool(slowRelu(bn(slowConv(x, get('conv1.weight'), 2, 3), 'bn1')));
  return units.map((count, stage) => {
    for (let unit = 0; unit < count; unit++) {
      const prefix = `layer${stage + 1}.${unit}`;
      const stride = stage > 0 && unit === 0 ? 2 : 1;
      let y = x;
      for (let step = 1; step <= convs; step++) {
        const weight = get(`${prefix}.conv${step}.weight`);
        const carriesStride = convs === 2 ? step === 1 : step === 2;
        y = bn(
          slowConv(y, weight, carriesStride ? stride : 1, (weight.shape[2] - 1) / 2),
          `${prefix}.bn${step}`,
        );
        if (step < convs) y = slowRelu(y);
      }
      const shortcut = tensors.get(`${prefix}.downsample.0.weight`);
      x = slowRelu(slowAdd(y, shortcut ? bn(slowConv(x, shortcut, stride, 0), `${prefix}.downsample.1`) : x));
    }
    return x;
  });
}

function assertClose(actual: EngineOutput, expected: SlowMap, tolerance: number, name: string) {
  assert.deepEqual(
    [actual.height, actual.width, actual.channels],
    [expected.height, expected.width, expected.channels],
    name,
  );
  const scale = Math.sqrt(
    expected.data.reduce((sum, value) => sum + value * value, 0) / expected.data.length,
  );
  const plane = expected.height * expected.width;
  expected.data.forEach((value, index) => {
    const [channel, position] = [Math.floor(index / plane), index % plane];
    const difference = Math.abs(actual.data[position * expected.channels + channel] - value);
    assert.ok(difference <= tolerance * scale, `${name}: off by ${difference} at scale ${scale}`);
  });
}

async function runBoth(network: Network, size: number): Promise<[EngineOutput[], EngineOutput[]]> {
  const image = { height: size, width: size };
  const batch = Float32Array.from([3, 4].flatMap((seed) => [...channelsLast(randomImage(size, seed))]));
  const results: EngineOutput[][] = [];
  for (const name of ['onnx', 'tensorflow'] as const) {
    const engine = await compileNetwork(network, image, name);
    results.push(await engine.run(batch, 2));
    await engine.dispose();
  }
  return [results[0], results[1]];
}

for (const [name, block, units, convs] of [
  ['resnet18', 'basic', [2, 2, 2], 2],
  ['wide_resnet50_2', 'bottleneck', [3, 4], 3],
] as const) {
  test(`${name} equals torchvision's layers in plain loops, on both engines`, async () => {
    const size = 32;
    const weights = randomResNetWeights(block, [...units], name === 'resnet18' ? 64 : 128);
    const expected = slowResNet(weights, randomImage(size, 1), size, [...units], convs);
    for (const engineName of ['onnx', 'tensorflow'] as const) {
      const engine = await compileNetwork(resNet(name, weights), { height: size, width: size }, engineName);
      const outputs = await engine.run(channelsLast(randomImage(size, 1)), 1);
      assert.equal(outputs.length, units.length);
      outputs.forEach((output, index) => {
        assertClose(output, expected[index], 1e-4, `${engineName} level ${index + 1}`);
      });
      await engine.dispose();
    }
  });
}

test(
  'Gluon ResNet-50 V2 equals its layers in plain loops',
  {
    skip: unlessPresent(resnet50V2Weights),
  },
  async () => {
    const size = 32;
    const weights = await readSafetensors(resnet50V2Weights);
    const get = (name: string) => weights.tensors.get(name)!;
    const bn = (x: SlowMap, name: string) =>
      slowBatchNorm(
        x,
        get(`${name}_gamma`),
        get(`${name}_beta`),
        get(`${name}_running_mean`),
        get(`${name}_running_var`),
      );
    const conv = (x: SlowMap, name: string, stride = 1) => {
      const weight = get(`${name}_weight`);
      return slowConv(x, weight, stride, (weight.shape[2] - 1) / 2);
    };
    const image = randomImage(size, 2);
    let x = normalizedInput(image, size);
    x = slowMaxPool(slowRelu(bn(conv(bn(x, 'batchnorm0'), 'conv0', 2), 'batchnorm1')));
    const expected = [3, 4, 6].map((units, index) => {
      let [b, c] = [0, 0];
      const prefix = `stage${index + 1}`;
      for (let unit = 0; unit < units; unit++) {
        const stride = index > 0 && unit === 0 ? 2 : 1;
        const activated = slowRelu(bn(x, `${prefix}_batchnorm${b++}`));
        let y = slowRelu(bn(conv(activated, `${prefix}_conv${c++}`), `${prefix}_batchnorm${b++}`));
        y = slowRelu(bn(conv(y, `${prefix}_conv${c++}`, stride), `${prefix}_batchnorm${b++}`));
        y = conv(y, `${prefix}_conv${c++}`);
        x = slowAdd(y, unit === 0 ? conv(activated, `${prefix}_conv${c++}`, stride) : x);
      }
      return x;
    });
    for (const engineName of ['onnx', 'tensorflow'] as const) {
      const engine = await compileNetwork(
        gluonResNet50V2(weights),
        { height: size, width: size },
        engineName,
      );
      const outputs = await engine.run(channelsLast(image), 1);
      outputs.forEach((output, index) => {
        assertClose(output, expected[index], 1e-4, `${engineName} level ${index + 1}`);
      });
      await engine.dispose();
    }
  },
);

test('both engines agree on levels concatenated to one; its first channels are those of the finest level', async () => {
  const [[onnx], [tensorflow]] = await runBoth(
    withPatchFeatures(scatteringNetwork(), { levels: [1, 2, 3], concatenate: true }),
    64,
  );
  const [separate] = await runBoth(withPatchFeatures(scatteringNetwork(), { levels: [1, 2, 3] }), 64);
  const channels = separate.reduce((sum, output) => sum + output.channels, 0);
  assert.deepEqual([onnx.height, onnx.width, onnx.channels], [16, 16, channels]);
  const scale = onnx.data.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  onnx.data.forEach((value, at) => {
    assert.ok(Math.abs(value - tensorflow.data[at]) <= 1e-4 * scale);
  });
  const [finest] = separate;
  finest.data.forEach((value, at) => {
    const own = Math.floor(at / finest.channels) * channels + (at % finest.channels);
    assert.ok(Math.abs(value - onnx.data[own]) <= 1e-6 * scale);
  });
});

test('weights of another network, missing weights and unknown levels are rejected by name', async () => {
  const weights = randomResNetWeights('basic', [2], 64);
  assert.throws(
    () => resNet('resnet34', weights),
    /no tensor layer1\.2\.conv1\.weight, which resnet34 needs/,
  );
  assert.throws(
    () => resNet('resnet50', weights),
    /tensor layer1\.0\.conv1\.weight has shape \[64,64,3,3\]; resnet50 needs \[64,64,1,1\]/,
  );
  assert.throws(() => gluonResNet50V2(weights), /no tensor batchnorm0_gamma/);
  await assert.rejects(loadBackbone('resnet18'), /resnet18 needs weights/);
  await assert.rejects(loadBackbone('vgg' as 'resnet18'), /backbone is vgg; expected one of /);
  assert.throws(
    () => withPatchFeatures(scatteringNetwork(), { levels: [7] }),
    /level is 7; scattering has levels 1, 2, 3/,
  );
  assert.throws(() => withPatchFeatures(scatteringNetwork(), { neighbourhood: 2 }), /neighbourhood is 2/);
  await assert.rejects(createExtractor(scatteringNetwork(), { size: 8 }), /an image of 8x8 is too small/);
});
