import type { Weights } from '../../matrix';
import type { Network, NetworkOutput } from '../network';
import { createNetworkBuilder } from '../network-builder';
import { tensorLookup } from '../tensor-lookup';

/** Repetitions, side of the depthwise kernel, stride of the first block, expansion and output channels of every stage. */
const stages = [
  { repeats: 1, side: 3, stride: 1, expansion: 1, out: 16 },
  { repeats: 2, side: 3, stride: 2, expansion: 6, out: 24 },
  { repeats: 2, side: 5, stride: 2, expansion: 6, out: 40 },
  { repeats: 3, side: 3, stride: 2, expansion: 6, out: 80 },
  { repeats: 3, side: 5, stride: 1, expansion: 6, out: 112 },
] as const;

/** The blocks that end the hierarchy levels, and where their maps look: see the test of offsets. */
const levels = [
  { level: 1, block: 2, offset: 1.5 },
  { level: 2, block: 4, offset: 3.5 },
  { level: 3, block: 10, offset: 7.5 },
];

const name = 'efficientnet_lite0';
/** The upper bound of ReLU6. */
const limit = 6;
/** `(255 x - 127) / 128` of RGB in [0, 1]. */
const normalization = {
  scale: new Float32Array(3).fill(255 / 128),
  shift: new Float32Array(3).fill(-127 / 128),
};

/**
 * EfficientNet-Lite0 up to block 10 (Tan and Le, ICML 2019, without squeeze-and-excitation and with ReLU6), from weights with
 * BatchNorm folded: `stem.weight`, `block{i}.expand.weight`, `block{i}.depthwise.weight`, `block{i}.project.weight` and their
 * biases, as `data/backbones/make_efficientnet_lite0.py` writes them. Levels 1, 2 and 3 are blocks 2, 4 and 10, at strides 4, 8
 * and 16.
 *
 * @throws Error when a tensor is missing or has another network's shape
 */
export function efficientNetLite0(weights: Weights): Network {
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
  for (const { repeats, side, stride, expansion, out } of stages) {
    for (let repeat = 0; repeat < repeats; repeat++, block++) {
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
      const ended = levels.find((level) => level.block === block);
      if (ended) {
        const { level, offset } = ended;
        outputs.push({ level, node: current, channels, stride: 2 ** (level + 1), offset });
      }
    }
  }
  return { name, nodes: build.nodes, outputs, weightsSha256: weights.sha256 };
}
