import { oddInteger, oneOf } from '../base';
import { type Network, type NetworkNode, type NetworkOutput, pruneNetwork } from './network';
import { levelsAtScales, withScales } from './with-scales';

/** How a network's maps become patch features. */
export interface PatchFeatureOptions {
  /** Hierarchy levels to keep. Default: all that the network has, except level 1. */
  levels?: readonly number[];
  /** Factors of the image's sides at which the network sees it, the first one 1, see {@link withScales}. Default `[1]`. */
  scales?: readonly number[];
  /** Side of the neighbourhood that a patch feature sums up; odd, 1 for none. Default 3, as in PatchCore. */
  neighbourhood?: number;
  /**
   * How a neighbourhood is summed up: by its `mean` (default, as in anomalib), or `unfold`ed as PatchCore's authors do: its features one
   * channel after the other, brought to 1024 values by adaptive average pooling, and the levels together to 1024 again.
   */
  pooling?: PoolingName;
  /** Bring all levels to the grid of the finest one by bilinear upsampling and concatenate them, as PatchCore does. Default false. */
  concatenate?: boolean;
}

/** How a neighbourhood becomes a patch feature. */
export type PoolingName = 'mean' | 'unfold';

export const poolingNames: readonly PoolingName[] = ['mean', 'unfold'];

/**
 * Appends PatchCore's patch features (Roth et al., CVPR 2022, section 3.1) to a network: the mean over every position's
 * neighbourhood (or its unfolding), at every scale, and, with `concatenate`, levels upsampled to the finest one's grid as one level, which has its number. Nodes that
 * the levels do not need are dropped.
 *
 * @throws RangeError when a level is not the network's, the neighbourhood is not an odd positive integer, or levels are unfolded and
 *   concatenated that are not 1, 2 or 4
 */
export function withPatchFeatures(given: Network, options: PatchFeatureOptions = {}): Network {
  const { neighbourhood = 3, pooling = 'mean', concatenate = false, scales = [1] } = options;
  const network = withScales(given, scales);
  const levels = levelsAtScales(options.levels ?? defaultLevels(given), scales);
  oddInteger({ neighbourhood });
  oneOf({ pooling }, poolingNames);
  const chosen = [...new Set(levels)].sort((a, b) => a - b).map((level) => outputOf(network, level));
  if (chosen.length === 0) throw new RangeError('levels is empty; expected at least one hierarchy level');
  const nodes: NetworkNode[] = [...network.nodes];
  const outputs = chosen.map((output): NetworkOutput => {
    const node = `level${output.level}.patches`;
    const pooled = concatenate ? chosen.length : 1;
    nodes.push(
      pooling === 'mean'
        ? { op: 'averagePool', name: node, input: output.node, size: neighbourhood }
        : unfolding(node, output, { neighbourhood, levels: pooled }),
    );
    if (!concatenate || output === chosen[0]) return { ...output, node };
    const aligned = `level${output.level}.aligned`;
    nodes.push({ op: 'resize', name: aligned, input: node, like: `level${chosen[0].level}.patches` });
    return { ...output, node: aligned };
  });
  if (!concatenate || outputs.length === 1) return pruneNetwork({ ...network, nodes }, outputs);
  const node = 'levels.concatenated';
  nodes.push({ op: 'concat', name: node, inputs: outputs.map((output) => output.node) });
  return pruneNetwork({ ...network, nodes }, [{ ...chosen[0], node }]);
}

/** Values of an unfolded level, and of all levels together. */
const pooledSize = 1024;

/**
 * Unfolding and both poolings as one convolution: `levels` maps of 1024 values are pooled to 1024 again, so that each keeps
 * `1024 / levels` means of as many neighbouring values.
 */
function unfolding(
  name: string,
  { node, channels }: NetworkOutput,
  { neighbourhood, levels }: { neighbourhood: number; levels: number },
): NetworkNode {
  if (pooledSize % levels !== 0)
    throw new RangeError(`unfolded levels to concatenate are ${levels}; expected 1, 2 or 4`);
  const length = channels * neighbourhood ** 2;
  const out = pooledSize / levels;
  const data = new Float32Array(out * length);
  for (let value = 0; value < pooledSize; value++) {
    const [from, to] = [
      Math.floor((value * length) / pooledSize),
      Math.ceil(((value + 1) * length) / pooledSize),
    ];
    const start = Math.floor(value / levels) * length;
    for (let at = from; at < to; at++) data[start + at] += 1 / (levels * (to - from));
  }
  return {
    op: 'conv',
    name,
    input: node,
    weight: { shape: [out, channels, neighbourhood, neighbourhood], data },
    bias: new Float32Array(out),
    stride: 1,
    padding: (neighbourhood - 1) / 2,
    groups: 1,
  };
}

function defaultLevels({ outputs }: Network): number[] {
  const levels = outputs.map(({ level }) => level);
  return levels.length > 1 ? levels.filter((level) => level > 1) : levels;
}

function outputOf(network: Network, level: number): NetworkOutput {
  const output = network.outputs.find((candidate) => candidate.level === level);
  if (output) return output;
  const known = network.outputs
    .filter(({ image }) => !image)
    .map((candidate) => candidate.level)
    .join(', ');
  throw new RangeError(`level is ${level}; ${network.name} has levels ${known}`);
}
