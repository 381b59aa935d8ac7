import type { Tensor, Weights } from '../../matrix';
import type { Network, NetworkOutput } from '../network';
import { createNetworkBuilder } from '../network-builder';
import { tensorLookup } from '../tensor-lookup';
import { imagenetNormalization } from './imagenet';

const name = 'dinov2_small';
const width = 384;
const heads = 6;
const patch = 14;
const epsilon = 1e-6;
/** Positions along an axis of the grid that it was trained on, 518 pixels. */
const trainedSide = 37;

/** The blocks that end the hierarchy levels. */
const levelBlocks = [3, 6, 9, 12];

/** A linear map, `[out, in]` and `[out]`. */
interface Linear {
  weight: Tensor;
  bias: Float32Array;
}

/** The names under which the published files keep a block's tensors. */
interface Naming {
  embedding: string;
  classToken: string;
  positions: string;
  norm: string;
  block(index: number): string;
  projection: string;
  scales: readonly [string, string];
  /** Query, key and value, one matrix under the other or three. */
  attention: string | readonly [string, string, string];
}

/** The names in timm's files and in Meta's. */
const timm: Naming = {
  embedding: 'patch_embed.proj',
  classToken: 'cls_token',
  positions: 'pos_embed',
  norm: 'norm',
  block: (index) => `blocks.${index}`,
  projection: 'attn.proj',
  scales: ['ls1.gamma', 'ls2.gamma'],
  attention: 'attn.qkv',
};

const huggingFace: Naming = {
  embedding: 'embeddings.patch_embeddings.projection',
  classToken: 'embeddings.cls_token',
  positions: 'embeddings.position_embeddings',
  norm: 'layernorm',
  block: (index) => `encoder.layer.${index}`,
  projection: 'attention.output.dense',
  scales: ['layer_scale1.lambda1', 'layer_scale2.lambda1'],
  attention: ['attention.attention.query', 'attention.attention.key', 'attention.attention.value'],
};

/**
 * DINOv2 ViT-S/14 (Oquab et al., 2023), from weights in timm's or Hugging Face's naming. Levels 1 to 4 are the patch tokens after
 * blocks 3, 6, 9 and 12, each through the final norm as in DINOv2's `get_intermediate_layers`, at stride 14. Learnt positions are
 * brought to the image's grid by bicubic interpolation.
 *
 * @throws Error when a tensor is missing or has another network's shape
 */
export function dinov2Small(weights: Weights): Network {
  const names = weights.tensors.has(huggingFace.classToken) ? huggingFace : timm;
  const parts = partsOf(weights, names);
  const { take, build } = parts;
  build.affine('normalized', 'image', imagenetNormalization);
  const embedding = {
    weight: take(`${names.embedding}.weight`, [width, 3, patch, patch]),
    bias: take(`${names.embedding}.bias`, [width]).data,
  };
  build.nodes.push({
    ...{ op: 'conv', name: 'patches', input: 'normalized', ...embedding },
    ...{ stride: patch, padding: 0, groups: 1 },
  });
  build.nodes.push({
    op: 'tokens',
    name: 'tokens',
    input: 'patches',
    first: take(names.classToken, [1, 1, width]).data,
    positions: take(names.positions, [1, trainedSide ** 2 + 1, width]).data,
  });
  let current = 'tokens';
  const outputs: NetworkOutput[] = [];
  for (let block = 1; block <= Math.max(...levelBlocks); block++) {
    current = addBlock(parts, block - 1, current);
    const level = levelBlocks.indexOf(block) + 1;
    if (level === 0) continue;
    const input = parts.norm(`level${level}.norm`, current, names.norm);
    const node = `level${level}.grid`;
    build.nodes.push({ op: 'grid', name: node, input, like: 'patches' });
    outputs.push({ level, node, channels: width, stride: patch, offset: (patch - 1) / 2 });
  }
  return { name, nodes: build.nodes, outputs, weightsSha256: weights.sha256 };
}

/** A transformer block; gives the name of its last node. */
function addBlock({ names, take, build, linear, conv, norm }: Parts, index: number, input: string): string {
  const prefix = names.block(index);
  const own = `block${index}`;
  const scaled = (map: Linear, scale: string) => scaleRows(map, take(`${prefix}.${scale}`, [width]).data);
  const attended = norm(`${own}.norm1`, input, `${prefix}.norm1`);
  const maps = attentionParts(names.attention, (part, out) => linear(`${prefix}.${part}`, out, width));
  const [query, key, value] = maps.map((map, at) => conv(`${own}.${'qkv'[at]}`, attended, map));
  build.nodes.push({ op: 'attention', name: `${own}.attention`, inputs: [query, key, value], heads });
  const projection = scaled(linear(`${prefix}.${names.projection}`, width, width), names.scales[0]);
  const sum = build.add(`${own}.sum1`, [input, conv(`${own}.projection`, `${own}.attention`, projection)]);
  const normed = norm(`${own}.norm2`, sum, `${prefix}.norm2`);
  const hidden = conv(`${own}.hidden`, normed, linear(`${prefix}.mlp.fc1`, 4 * width, width));
  build.nodes.push({ op: 'gelu', name: `${own}.gelu`, input: hidden });
  const out = scaled(linear(`${prefix}.mlp.fc2`, width, 4 * width), names.scales[1]);
  return build.add(`${own}.sum2`, [sum, conv(`${own}.out`, `${own}.gelu`, out)]);
}

/** The parts that the network is built from. */
type Parts = ReturnType<typeof partsOf>;

function partsOf(weights: Weights, names: Naming) {
  const take = tensorLookup(weights, name);
  const build = createNetworkBuilder();
  const linear = (prefix: string, out: number, inputs: number): Linear => ({
    weight: take(`${prefix}.weight`, [out, inputs]),
    bias: take(`${prefix}.bias`, [out]).data,
  });
  const conv = (output: string, input: string, { weight, bias }: Linear) =>
    build.conv(output, input, { weight: { shape: [...weight.shape, 1, 1], data: weight.data }, bias });
  const norm = (output: string, input: string, prefix: string) => {
    const [scale, shift] = ['weight', 'bias'].map((part) => take(`${prefix}.${part}`, [width]).data);
    build.nodes.push({ op: 'layerNorm', name: output, input, scale, shift, epsilon });
    return output;
  };

  return { names, take, build, linear, conv, norm };
}

/** Query, key and value, from one matrix or three. */
function attentionParts(
  names: Naming['attention'],
  take: (name: string, out: number) => Linear,
): readonly Linear[] {
  if (typeof names !== 'string') return names.map((part) => take(part, width));
  const { weight, bias } = take(names, 3 * width);
  return [0, 1, 2].map((part) => ({
    weight: {
      shape: [width, width],
      data: weight.data.subarray(part * width * width, (part + 1) * width * width),
    },
    bias: bias.subarray(part * width, (part + 1) * width),
  }));
}

/** A linear map followed by a factor per output. */
function scaleRows({ weight, bias }: Linear, scale: Float32Array): Linear {
  const inputs = weight.shape[1];
  return {
    weight: {
      shape: weight.shape,
      data: weight.data.map((value, at) => value * scale[Math.floor(at / inputs)]),
    },
    bias: bias.map((value, at) => value * scale[at]),
  };
}
