import type { Weights } from '../../matrix';
import type { Network, NetworkOutput } from '../network';
import { createNetworkBuilder } from '../network-builder';
import { tensorLookup } from '../tensor-lookup';

/** A network of the family by name. */
export type EfficientNetLiteName = 'efficientnet_lite0' | 'efficientnet_lite2';

export const efficientNetLiteNames: readonly EfficientNetLiteName[] = [
  'efficientnet_lite0',
  'efficientnet_lite2',
];

/** Side of the depthwise kernel, stride of the first block and expansion of every stage. */
const stages = [
  { side: 3, stride: 1, expansion: 1 },
  { side: 3, stride: 2, expansion: 6 },
  { side: 5, stride: 2, expansion: 6 },
  { side: 3, stride: 2, expansion: 6 },
  { side: 5, stride: 1, expansion: 6 },
] as const;

/** Repetitions and output channels of every stage, and where the levels' maps look: see the test of offsets. */
const scalings: Record<
  EfficientNetLiteName,
  { repeats: readonly number[]; channels: readonly number[]; offsets: readonly number[] }
> = {
  efficientnet_lite0: {
    repeats: [1, 2, 2, 3, 3],
    channels: [16, 24, 40, 80, 112],
    offsets: [1.5, 3.5, 7.5],
  },
  efficientnet_lite2: {
    repeats: [1, 3, 3, 4, 4],
    channels: [16, 24, 48, 88, 120],
    offsets: [2.5, 3.5, 7.5],
  },
};

/** The stages that end the hierarchy levels 1, 2 and 3. */
const lastStages = [1, 2, 4];

/** The upper bound of ReLU6. */
const limit = 6;
/** `(255 x - 127) / 128` of RGB in [0, 1]. */
const normalization = {
  scale: new Float32Array(3).fill(255 / 128),
  shift: new Float32Array(3).fill(-127 / 128),
};

/**
 * EfficientNet-Lite up to its fifth stage (Tan and Le, ICML 2019, without squeeze-and-excitation and with ReLU6), from weights with
 * BatchNorm folded: `stem.weight`, `block{i}.expand.weight`, `block{i}.depthwise.weight`, `block{i}.project.weight` and their
 * biases, as `data/backbones/make_efficientnet_lite.py` writes them. Levels 1, 2 and 3 end the second, third and fifth stage, at
 * strides 4, 8 and 16: blocks 2, 4 and 10 of Lite0, 3, 6 and 14 of Lite2.
 *
 * @throws Error when a tensor is missing or has another network's shape
 */
export function efficientNetLite(name: EfficientNetLiteName, weights: Weights): Network {
  const scaling = scalings[name];
  const take = tensorLookup(weights, name);
  const build = createNetworkBuilder();
  const conv = (
    prefix: string,
    input: string,
    { shape, ...options }: { shape: readonly number[]; stride?: number; groups?: number },
  ) => {
    const weight = take(`${prefix}.weight`, shape);
    const bias = take(`${prefix}.bias`, [shape[0]]).data;
    return build.conv(prefix, input, { weight, bias, padding: 'same', ...options });
  };
  build.affine('normalized', 'image', normalization);
  let current = build.relu(conv('stem', 'normalized', { shape: [32, 3, 3, 3], stride: 2 }), limit);
  let channels = 32;
  let block = 0;
  const outputs: NetworkOutput[] = [];
  for (const [stage, { side, stride, expansion }] of stages.entries()) {
    const out = scaling.channels[stage];
    for (let repeat = 0; repeat < scaling.repeats[stage]; repeat++, block++) {
      const entry = current;
      const inner = channels * expansion;
      const step = repeat === 0 ? stride : 1;
      const prefix = `block${block}`;
      if (expansion > 1)
        current = build.relu(conv(`${prefix}.expand`, current, { shape: [inner, channels, 1, 1] }), limit);
      const depthwise = { shape: [inner, 1, side, side], stride: step, groups: inner };
      current = build.relu(conv(`${prefix}.depthwise`, current, depthwise), limit);
      current = conv(`${prefix}.project`, current, { shape: [out, inner, 1, 1] });
      if (step === 1 && channels === out) current = build.add(`${prefix}.sum`, [current, entry]);
      channels = out;
    }
    const at = lastStages.indexOf(stage);
    if (at >= 0)
      outputs.push({
        level: at + 1,
        node: current,
        channels,
        stride: 4 * 2 ** at,
        offset: scaling.offsets[at],
      });
  }
  return { name, nodes: build.nodes, outputs, weightsSha256: weights.sha256 };
}
