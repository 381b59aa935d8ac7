import '../../src/platform';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { backboneNetwork, compileNetwork } from '../../src/features';
import type { Tensor, Weights } from '../../src/matrix';
import { channelsLast } from '../helpers/channels-last';
import { floats } from '../helpers/floats';

/** Made by test/fixtures/make_dinov2_fixtures.py with Hugging Face's transformers. */
const reference = JSON.parse(readFileSync(join(__dirname, '..', 'fixtures', 'dinov2.json'), 'utf8')) as {
  height: number;
  width: number;
  shapes: Record<string, number[]>;
  levels: string[];
};

/** The same values in [-0.5, 0.5) as the fixtures' script makes. */
function noise(name: string, count: number): Float32Array {
  const seed = [...name].reduce((sum, letter, at) => sum + (at + 1) * letter.charCodeAt(0), 0);
  return Float32Array.from({ length: count }, (_, index) => {
    let mixed = (Math.imul(index + 1, 2654435761) + Math.imul(seed, 40503)) >>> 0;
    mixed = Math.imul(mixed ^ (mixed >>> 13), 2246822519) >>> 0;
    return ((mixed >>> 8) % 1000) / 1000 - 0.5;
  });
}

function huggingFaceWeights(): Map<string, Tensor> {
  return new Map(
    Object.entries(reference.shapes).map(([name, shape]) => {
      const values = noise(
        name,
        shape.reduce((product, size) => product * size, 1),
      );
      const isScale = /(\.norm\d|^layernorm)\.weight$|lambda1$/.test(name);
      return [name, { shape, data: values.map((value) => (isScale ? 1 + 0.5 * value : 0.2 * value)) }];
    }),
  );
}

/** The same weights under timm's names. */
function timmWeights(): Map<string, Tensor> {
  const renamed = new Map<string, Tensor>();
  const joined = new Map<string, Tensor[]>();
  for (const [name, tensor] of huggingFaceWeights()) {
    const own = name
      .replace('embeddings.patch_embeddings.projection', 'patch_embed.proj')
      .replace('embeddings.cls_token', 'cls_token')
      .replace('embeddings.position_embeddings', 'pos_embed')
      .replace(/^layernorm/, 'norm')
      .replace('encoder.layer', 'blocks')
      .replace('attention.output.dense', 'attn.proj')
      .replace(/layer_scale(\d)\.lambda1/, 'ls$1.gamma');
    const part = own.replace(/attention\.attention\.(query|key|value)/, 'attn.qkv');
    if (part === own) renamed.set(own, tensor);
    else joined.set(part, [...(joined.get(part) ?? []), tensor]);
  }
  for (const [name, parts] of joined) {
    const [rows, ...rest] = parts[0].shape;
    const data = Float32Array.from(parts.flatMap((part) => [...part.data]));
    renamed.set(name, { shape: [3 * rows, ...rest], data });
  }
  return renamed;
}

const files: Record<string, () => Map<string, Tensor>> = {
  'Hugging Face': huggingFaceWeights,
  timm: timmWeights,
};

for (const [engineName, naming] of [
  ['onnx', 'Hugging Face'],
  ['onnx', 'timm'],
  ['tensorflow', 'Hugging Face'],
] as const) {
  test(`DINOv2 ViT-S/14 in ${naming}'s naming on ${engineName} equals transformers`, async () => {
    const weights: Weights = { tensors: files[naming](), metadata: {}, sha256: '', source: 'formula' };
    const { height, width, levels } = reference;
    const engine = await compileNetwork(
      backboneNetwork('dinov2_small', weights),
      { height, width },
      engineName,
    );
    const image = noise('image', 3 * height * width).map((value) => value + 0.5);
    const outputs = await engine.run(channelsLast(image), 1);
    await engine.dispose();
    assert.deepEqual(
      outputs.map((output) => [output.height, output.width, output.channels]),
      levels.map(() => [3, 4, 384]),
    );
    for (const [index, level] of levels.entries()) {
      const expected = floats(level);
      assert.equal(expected.length, 12 * 48);
      expected.forEach((value, at) => {
        const own = outputs[index].data[8 * at];
        assert.ok(Math.abs(own - value) < 1e-3, `level ${index + 1}, ${at}: ${own}, expected ${value}`);
      });
    }
  });
}
