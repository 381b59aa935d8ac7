import type { Weights } from '../../matrix';
import { batchNormAffine } from '../batch-norm';
import type { Network, NetworkOutput } from '../network';
import { createNetworkBuilder } from '../network-builder';
import { tensorLookup } from '../tensor-lookup';
import { imagenetNormalization } from './imagenet';

interface ResNetShape {
  /** Units per stage. */
  units: readonly [number, number, number, number];
  block: 'basic' | 'bottleneck';
  /** Channels of a bottleneck's 3x3 convolution in stage 1; doubled at each stage. */
  width: number;
}

const shapes = {
  resnet18: { units: [2, 2, 2, 2], block: 'basic', width: 64 },
  resnet34: { units: [3, 4, 6, 3], block: 'basic', width: 64 },
  resnet50: { units: [3, 4, 6, 3], block: 'bottleneck', width: 64 },
  wide_resnet50_2: { units: [3, 4, 6, 3], block: 'bottleneck', width: 128 },
} as const satisfies Record<string, ResNetShape>;

/** A member of the ResNet family whose weights torchvision and timm publish. */
export type ResNetName = keyof typeof shapes;

export const resNetNames = Object.keys(shapes) as ResNetName[];

const epsilon = 1e-5;

/**
 * The stages of a ResNet (He et al., CVPR 2016, with the stride in the 3x3 convolution as torchvision has it; Wide
 * ResNet: Zagoruyko and Komodakis, BMVC 2016), from weights in torchvision's or timm's naming. BatchNorm is folded into
 * the convolutions. Level l is the output of stage `layer{l}`, at stride `2^(l+1)`.
 *
 * @param weights tensors `conv1.weight`, `bn1.*`, `layer1.0.conv1.weight`, ...; the classifier is not needed, and levels
 *   above the last stage that the file holds are left out
 * @throws Error when a tensor is missing or has another network's shape
 */
export function resNet(name: ResNetName, weights: Weights): Network {
  const { units, block, width }: ResNetShape = shapes[name];
  const take = tensorLookup(weights, name);
  const build = createNetworkBuilder();
  const conv = (output: string, input: string, { names, shape, stride = 1 }: ConvStep) => {
    const [out, inputs, size] = shape;
    const weight = take(`${names[0]}.weight`, [out, inputs, size, size]);
    const part = (suffix: string) => take(`${names[1]}.${suffix}`, [out]).data;
    const norm = {
      gamma: part('weight'),
      beta: part('bias'),
      mean: part('running_mean'),
      variance: part('running_var'),
    };
    return build.conv(output, input, { weight, stride, batchNorm: batchNormAffine(norm, epsilon) });
  };

  build.affine('normalized', 'image', imagenetNormalization);
  const stem = build.relu(
    conv('stem', 'normalized', { names: ['conv1', 'bn1'], shape: [64, 3, 7], stride: 2 }),
  );
  let current = build.maxPool('stem.pool', stem, { size: 3, stride: 2, padding: 1 });
  let channels = 64;
  const outputs: NetworkOutput[] = [];
  for (let stage = 0; stage < 4; stage++) {
    if (stage > 0 && !weights.tensors.has(`layer${stage + 1}.0.conv1.weight`)) break;
    const inner = width * 2 ** stage;
    const out = block === 'basic' ? 64 * 2 ** stage : 256 * 2 ** stage;
    for (let unit = 0; unit < units[stage]; unit++) {
      const prefix = `layer${stage + 1}.${unit}`;
      const stride = stage > 0 && unit === 0 ? 2 : 1;
      const entry = current;
      const steps = stepsOf(block, { channels, inner, out, stride });
      steps.forEach((step, index) => {
        const names = [`${prefix}.conv${index + 1}`, `${prefix}.bn${index + 1}`] as const;
        current = conv(names[0], current, { names, ...step });
        if (index < steps.length - 1) current = build.relu(current);
      });
      const names = [`${prefix}.downsample.0`, `${prefix}.downsample.1`] as const;
      const isPlain = stride === 1 && channels === out;
      const identity = isPlain
        ? entry
        : conv(`${prefix}.shortcut`, entry, { names, shape: [out, channels, 1], stride });
      current = build.relu(build.add(`${prefix}.sum`, [current, identity]));
      channels = out;
    }
    outputs.push({ level: stage + 1, node: current, channels, stride: 2 ** (stage + 2), offset: 0 });
  }
  return { name, nodes: build.nodes, outputs, weightsSha256: weights.sha256 };
}

/** A convolution of a unit: output channels, input channels and side of its kernel. */
interface Step {
  shape: readonly [number, number, number];
  stride?: number;
}

/** A convolution and the BatchNorm that follows, by the names of their weights. */
interface ConvStep extends Step {
  names: readonly [string, string];
}

function stepsOf(
  block: ResNetShape['block'],
  { channels, inner, out, stride }: { channels: number; inner: number; out: number; stride: number },
): Step[] {
  if (block === 'basic') return [{ shape: [out, channels, 3], stride }, { shape: [out, out, 3] }];
  return [{ shape: [inner, channels, 1] }, { shape: [inner, inner, 3], stride }, { shape: [out, inner, 1] }];
}
