import type { Weights } from '../../matrix';
import { batchNormAffine, foldIntoConv } from '../batch-norm';
import type { Network, NetworkNode, NetworkOutput } from '../network';
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
  const nodes: NetworkNode[] = [
    { op: 'affine', name: 'normalized', input: 'image', ...imagenetNormalization },
  ];

  const conv = (
    output: string,
    input: string,
    convName: string,
    bnName: string,
    shape: [number, number, number],
    stride = 1,
  ) => {
    const [out, inChannels, size] = shape;
    const weight = take(`${convName}.weight`, [out, inChannels, size, size]);
    const bn = (part: string) => take(`${bnName}.${part}`, [out]).data;
    const affine = batchNormAffine(bn('weight'), bn('bias'), bn('running_mean'), bn('running_var'), epsilon);
    nodes.push({
      op: 'conv',
      name: output,
      input,
      ...foldIntoConv(weight, affine),
      stride,
      padding: (size - 1) / 2,
    });
    return output;
  };
  const relu = (input: string) => {
    nodes.push({ op: 'relu', name: `${input}.relu`, input });
    return `${input}.relu`;
  };

  let current = relu(conv('stem', 'normalized', 'conv1', 'bn1', [64, 3, 7], 2));
  nodes.push({ op: 'maxPool', name: 'stem.pool', input: current, size: 3, stride: 2, padding: 1 });
  current = 'stem.pool';
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
      const steps: [number, number, number, number][] =
        block === 'basic'
          ? [
              [out, channels, 3, stride],
              [out, out, 3, 1],
            ]
          : [
              [inner, channels, 1, 1],
              [inner, inner, 3, stride],
              [out, inner, 1, 1],
            ];
      steps.forEach(([stepOut, stepIn, size, stepStride], index) => {
        const convName = `${prefix}.conv${index + 1}`;
        current = conv(
          convName,
          current,
          convName,
          `${prefix}.bn${index + 1}`,
          [stepOut, stepIn, size],
          stepStride,
        );
        if (index < steps.length - 1) current = relu(current);
      });
      const identity =
        stride === 1 && channels === out
          ? entry
          : conv(
              `${prefix}.shortcut`,
              entry,
              `${prefix}.downsample.0`,
              `${prefix}.downsample.1`,
              [out, channels, 1],
              stride,
            );
      nodes.push({ op: 'add', name: `${prefix}.sum`, inputs: [current, identity] });
      current = relu(`${prefix}.sum`);
      channels = out;
    }
    outputs.push({ level: stage + 1, node: current, channels, stride: 2 ** (stage + 2) });
  }
  return { name, nodes, outputs, weightsSha256: weights.sha256 };
}
