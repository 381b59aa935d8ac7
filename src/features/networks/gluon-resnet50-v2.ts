import type { Weights } from '../../matrix';
import { type Affine, batchNormAffine } from '../batch-norm';
import type { Network, NetworkOutput } from '../network';
import { createNetworkBuilder } from '../network-builder';
import { tensorLookup } from '../tensor-lookup';
import { imagenetNormalization } from './imagenet';

const unitsPerStage = [3, 4, 6, 3];
const epsilon = 1e-5;
const name = 'resnet50_v2';

/** The trained filters look further to the lower right than their padding implies, by a quarter of the stride; the test of placement measures it. */
const offsetPart = 4;

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
  const take = tensorLookup(weights, name);
  const build = createNetworkBuilder();
  const batchNorm = (prefix: string, channels: number): Affine => {
    const part = (suffix: string) => take(`${prefix}_${suffix}`, [channels]).data;
    return batchNormAffine(
      { gamma: part('gamma'), beta: part('beta'), mean: part('running_mean'), variance: part('running_var') },
      epsilon,
    );
  };
  const conv = (
    prefix: string,
    input: string,
    shape: readonly [number, number, number],
    stride = 1,
    norm?: string,
  ) => {
    const [out, inputs, size] = shape;
    const weight = take(`${prefix}_weight`, [out, inputs, size, size]);
    const folded = build.conv(prefix, input, {
      weight,
      stride,
      batchNorm: norm ? batchNorm(norm, out) : undefined,
    });
    return norm ? build.relu(folded) : folded;
  };
  build.affine('normalized', 'image', chain(imagenetNormalization, batchNorm('batchnorm0', 3)));
  const stem = conv('conv0', 'normalized', [64, 3, 7], 2, 'batchnorm1');
  let current = build.maxPool('stem.pool', stem, { size: 3, stride: 2, padding: 1 });
  let channels = 64;
  const outputs: NetworkOutput[] = [];
  for (let stage = 1; stage <= 4; stage++) {
    if (stage > 1 && !weights.tensors.has(`stage${stage}_conv0_weight`)) break;
    const inner = 64 * 2 ** (stage - 1);
    const out = 4 * inner;
    let [norms, convs] = [0, 0];
    for (let unit = 0; unit < unitsPerStage[stage - 1]; unit++) {
      const norm = () => `stage${stage}_batchnorm${norms++}`;
      const next = () => `stage${stage}_conv${convs++}`;
      const stride = stage > 1 && unit === 0 ? 2 : 1;
      const entry = current;
      const first = norm();
      const activated = build.relu(build.affine(first, entry, batchNorm(first, channels)));
      const reduced = conv(next(), activated, [inner, channels, 1], 1, norm());
      const spatial = conv(next(), reduced, [inner, inner, 3], stride, norm());
      const expanded = conv(next(), spatial, [out, inner, 1]);
      const identity = unit === 0 ? conv(next(), activated, [out, channels, 1], stride) : entry;
      current = build.add(`stage${stage}_unit${unit}`, [expanded, identity]);
      channels = out;
    }
    const stride = 2 ** (stage + 1);
    outputs.push({ level: stage, node: current, channels, stride, offset: stride / offsetPart });
  }
  return { name, nodes: build.nodes, outputs, weightsSha256: weights.sha256 };
}

/** First one affine map, then another. */
function chain(first: Affine, second: Affine): Affine {
  return {
    scale: first.scale.map((value, channel) => value * second.scale[channel]),
    shift: first.shift.map((value, channel) => value * second.scale[channel] + second.shift[channel]),
  };
}
