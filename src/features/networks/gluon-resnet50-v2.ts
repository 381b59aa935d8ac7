import type { Weights } from '../../matrix';
import { type Affine, batchNormAffine, foldIntoConv } from '../batch-norm';
import type { Network, NetworkNode, NetworkOutput } from '../network';
import { tensorLookup } from '../tensor-lookup';
import { imagenetNormalization } from './imagenet';

const unitsPerStage = [3, 4, 6, 3];
const epsilon = 1e-5;

/**
 * The stages of ResNet-50 V2 (pre-activation: He et al., ECCV 2016), from weights in Gluon's naming. Every unit is
 * BatchNorm-ReLU-conv three times plus identity; only the BatchNorms that follow a convolution can be folded into it.
 * Level l is the sum that ends stage l, before the next stage's BatchNorm, at stride `2^(l+1)`.
 *
 * @param weights tensors `batchnorm0_gamma`, `conv0_weight`, `stage1_conv0_weight`, ...; levels above the last stage that
 *   the file holds are left out
 * @throws Error when a tensor is missing or has another network's shape
 */
export function gluonResNet50V2(weights: Weights): Network {
  const name = 'resnet50_v2';
  const take = tensorLookup(weights, name);
  const nodes: NetworkNode[] = [];
  const batchNorm = (prefix: string, channels: number): Affine => {
    const part = (suffix: string) => take(`${prefix}_${suffix}`, [channels]).data;
    return batchNormAffine(part('gamma'), part('beta'), part('running_mean'), part('running_var'), epsilon);
  };
  const normRelu = (prefix: string, input: string, channels: number) => {
    nodes.push({ op: 'affine', name: prefix, input, ...batchNorm(prefix, channels) });
    nodes.push({ op: 'relu', name: `${prefix}.relu`, input: prefix });
    return `${prefix}.relu`;
  };
  const conv = (
    prefix: string,
    input: string,
    [out, inChannels, size]: [number, number, number],
    stride: number,
    followedBy?: string,
  ) => {
    const weight = take(`${prefix}_weight`, [out, inChannels, size, size]);
    const folded = followedBy
      ? foldIntoConv(weight, batchNorm(followedBy, out))
      : { weight, bias: new Float32Array(out) };
    nodes.push({ op: 'conv', name: prefix, input, ...folded, stride, padding: (size - 1) / 2 });
    if (!followedBy) return prefix;
    nodes.push({ op: 'relu', name: `${prefix}.relu`, input: prefix });
    return `${prefix}.relu`;
  };

  const inputNorm = batchNorm('batchnorm0', 3);
  const { scale, shift } = imagenetNormalization;
  nodes.push({
    op: 'affine',
    name: 'normalized',
    input: 'image',
    scale: scale.map((value, channel) => value * inputNorm.scale[channel]),
    shift: shift.map((value, channel) => value * inputNorm.scale[channel] + inputNorm.shift[channel]),
  });
  nodes.push({
    op: 'maxPool',
    name: 'stem.pool',
    input: conv('conv0', 'normalized', [64, 3, 7], 2, 'batchnorm1'),
    size: 3,
    stride: 2,
    padding: 1,
  });

  let current = 'stem.pool';
  let channels = 64;
  const outputs: NetworkOutput[] = [];
  for (let stage = 1; stage <= 4; stage++) {
    if (stage > 1 && !weights.tensors.has(`stage${stage}_conv0_weight`)) break;
    const inner = 64 * 2 ** (stage - 1);
    const out = 4 * inner;
    let bnIndex = 0;
    let convIndex = 0;
    for (let unit = 0; unit < unitsPerStage[stage - 1]; unit++) {
      const bn = () => `stage${stage}_batchnorm${bnIndex++}`;
      const next = () => `stage${stage}_conv${convIndex++}`;
      const stride = stage > 1 && unit === 0 ? 2 : 1;
      const entry = current;
      const activated = normRelu(bn(), entry, channels);
      current = conv(next(), activated, [inner, channels, 1], 1, bn());
      current = conv(next(), current, [inner, inner, 3], stride, bn());
      current = conv(next(), current, [out, inner, 1], 1);
      const identity = unit === 0 ? conv(next(), activated, [out, channels, 1], stride) : entry;
      const sum = `stage${stage}_unit${unit}`;
      nodes.push({ op: 'add', name: sum, inputs: [current, identity] });
      current = sum;
      channels = out;
    }
    outputs.push({ level: stage, node: current, channels, stride: 2 ** (stage + 1) });
  }
  return { name, nodes, outputs, weightsSha256: weights.sha256 };
}
