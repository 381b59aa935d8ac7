import type { Tensor } from '../matrix';
import { type Affine, foldIntoConv } from './batch-norm';
import type { NetworkNode } from './network';

/** Adds nodes to a network; every method gives the name of the node that it added. */
interface NetworkBuilder {
  nodes: NetworkNode[];
  affine(name: string, input: string, map: Affine): string;
  relu(input: string, limit?: number): string;
  /** A convolution that keeps the size at stride 1; a BatchNorm that follows is folded into it. */
  conv(name: string, input: string, parts: ConvParts): string;
  maxPool(name: string, input: string, options: { size: number; stride: number; padding: number }): string;
  add(name: string, inputs: readonly [string, string]): string;
}

interface ConvParts {
  weight: Tensor;
  bias?: Float32Array;
  stride?: number;
  batchNorm?: Affine;
  /** Default: as many zeros on every side as keep the size at stride 1. */
  padding?: 'same';
  groups?: number;
}

/** Starts a network without a node. */
export function createNetworkBuilder(): NetworkBuilder {
  const nodes: NetworkNode[] = [];
  const push = (node: NetworkNode): string => {
    nodes.push(node);
    return node.name;
  };
  return {
    nodes,
    affine: (name, input, { scale, shift }) => push({ op: 'affine', name, input, scale, shift }),
    relu: (input, limit) => push({ op: 'relu', name: `${input}.relu`, input, limit }),
    conv(name, input, { weight, bias, stride = 1, batchNorm, padding, groups = 1 }) {
      const [out, , size] = weight.shape;
      const folded = batchNorm
        ? foldIntoConv(weight, batchNorm)
        : { weight, bias: bias ?? new Float32Array(out) };
      return push({ op: 'conv', name, input, ...folded, stride, padding: padding ?? (size - 1) / 2, groups });
    },
    maxPool: (name, input, options) => push({ op: 'maxPool', name, input, ...options }),
    add: (name, inputs) => push({ op: 'add', name, inputs }),
  };
}
