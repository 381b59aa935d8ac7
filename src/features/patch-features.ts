import { oddInteger } from '../base';
import { type Network, type NetworkNode, type NetworkOutput, pruneNetwork } from './network';

/** How a network's maps become patch features. */
export interface PatchFeatureOptions {
  /** Hierarchy levels to keep. Default: all that the network has, but level 1. */
  levels?: readonly number[];
  /** Side of the neighbourhood whose mean a patch feature is; odd, 1 for none. Default 3, as in PatchCore. */
  neighbourhood?: number;
  /** Bring all levels to the grid of the finest one by bilinear upsampling and concatenate them, as PatchCore does. Default false. */
  concatenate?: boolean;
}

/**
 * Appends PatchCore's patch features (Roth et al., CVPR 2022, section 3.1) to a network: the mean over every position's
 * neighbourhood and, with `concatenate`, levels upsampled to the finest one's grid as one level, which has its number. Nodes that
 * the levels do not need are dropped.
 *
 * @throws RangeError when a level is not the network's or the neighbourhood is not an odd positive integer
 */
export function withPatchFeatures(network: Network, options: PatchFeatureOptions = {}): Network {
  const { neighbourhood = 3, concatenate = false } = options;
  const levels = options.levels ?? defaultLevels(network);
  oddInteger({ neighbourhood });
  const chosen = [...new Set(levels)].sort((a, b) => a - b).map((level) => outputOf(network, level));
  if (chosen.length === 0) throw new RangeError('levels is empty; expected at least one hierarchy level');
  const nodes: NetworkNode[] = [...network.nodes];
  const outputs = chosen.map((output): NetworkOutput => {
    const node = `level${output.level}.patches`;
    nodes.push({ op: 'averagePool', name: node, input: output.node, size: neighbourhood });
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

function defaultLevels({ outputs }: Network): number[] {
  const levels = outputs.map(({ level }) => level);
  return levels.length > 1 ? levels.filter((level) => level > 1) : levels;
}

function outputOf(network: Network, level: number): NetworkOutput {
  const output = network.outputs.find((candidate) => candidate.level === level);
  if (output) return output;
  const known = network.outputs.map((candidate) => candidate.level).join(', ');
  throw new RangeError(`level is ${level}; ${network.name} has levels ${known}`);
}
