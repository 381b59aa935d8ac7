import type { Tensor } from '../matrix';

/**
 * One operation of a network. Feature maps are batches of `channels x height x width`; a node names its inputs and is
 * itself a map of that name. The image is the map `image`, RGB in [0, 1].
 */
export type NetworkNode =
  /** Convolution with an `[out, in / groups, size, size]` weight; the groups are 1 or as many as channels. */
  | {
      op: 'conv';
      name: string;
      input: string;
      weight: Tensor;
      bias: Float32Array;
      stride: number;
      /** Zeros on every side, or `same`: as TensorFlow pads, more at the end than at the start. */
      padding: number | 'same';
      groups: number;
    }
  /**
   * Every filter of `[filters, size, size]` on every channel, reflected at the border. Output channel
   * `channel * filters + filter`.
   */
  | { op: 'depthwise'; name: string; input: string; filters: Tensor; stride: number }
  /** `scale * x + shift`, by channel. */
  | { op: 'affine'; name: string; input: string; scale: Float32Array; shift: Float32Array }
  /** `max(0, x)`, and at most `limit` where there is one. */
  | { op: 'relu'; name: string; input: string; limit?: number }
  | { op: 'maxPool'; name: string; input: string; size: number; stride: number; padding: number }
  /** Mean of the `size x size` neighbourhood at every position; at the border, of the neighbours that exist. */
  | { op: 'averagePool'; name: string; input: string; size: number }
  /** Bilinear (half-pixel centres) to the size of the map `like`. */
  | { op: 'resize'; name: string; input: string; like: string }
  /**
   * Reduced to `scale` times its size, to sides that are multiples of `step` where the map is as large as that: means of neighbours, weighed
   * by triangles, see {@link reductionMatrix}.
   */
  | { op: 'reduce'; name: string; input: string; scale: number; step: number }
  | { op: 'add'; name: string; inputs: readonly [string, string] }
  /** `sqrt(real^2 + imaginary^2)`. */
  | { op: 'modulus'; name: string; inputs: readonly [string, string] }
  /** Along the channels. */
  | { op: 'concat'; name: string; inputs: readonly string[] }
  /**
   * The positions of a map as tokens, a map of `channels x 1 x (1 + height * width)`: the class token `first`, then the positions row
   * by row, plus learnt positions, `[1 + side * side, channels]`, that are brought to the map's grid.
   */
  | { op: 'tokens'; name: string; input: string; first: Float32Array; positions: Float32Array }
  /** Tokens but the first as positions of a map of the size of `like`. */
  | { op: 'grid'; name: string; input: string; like: string }
  /** `(x - mean) / sqrt(variance + epsilon)` over the channels of a position, times `scale` plus `shift`. */
  | {
      op: 'layerNorm';
      name: string;
      input: string;
      scale: Float32Array;
      shift: Float32Array;
      epsilon: number;
    }
  /** `x / 2 (1 + erf(x / sqrt(2)))`. */
  | { op: 'gelu'; name: string; input: string }
  /** Scaled dot-product attention of tokens, by heads: inputs are queries, keys and values. */
  | { op: 'attention'; name: string; inputs: readonly [string, string, string]; heads: number };

/** The map that a hierarchy level gives. */
export interface NetworkOutput {
  /** Hierarchy level, 1 (finest) upwards. */
  level: number;
  /** The node whose map this is. */
  node: string;
  channels: number;
  /** The map whose pixels the position is counted in. Default: `image`. */
  image?: string;
  /** Pixels of the image per map position, along each axis. */
  stride: number;
  /** Pixel of the image, counted from 0, at which the map's first position looks; the next one looks `stride` further. */
  offset: number;
}

/** A network as data, which an engine runs. */
export interface Network {
  name: string;
  /** In an order in which every input comes before its use. */
  nodes: readonly NetworkNode[];
  outputs: readonly NetworkOutput[];
  /** SHA-256 of the weights' file; undefined for a network without weights. */
  weightsSha256?: string;
}

/** Channels, height and width of a map. */
export interface MapShape {
  channels: number;
  height: number;
  width: number;
}

/** The maps that a node reads. */
export function inputsOf(node: NetworkNode): readonly string[] {
  if ('inputs' in node) return node.inputs;
  return 'like' in node ? [node.input, node.like] : [node.input];
}

/**
 * The shape of every map of a network for images of one size.
 *
 * @throws Error when a node reads a map that comes later or not at all, or the image is too small for it
 */
export function inferShapes(
  network: Network,
  image: { height: number; width: number },
): Map<string, MapShape> {
  const shapes = new Map<string, MapShape>([['image', { channels: 3, ...image }]]);
  for (const node of network.nodes) {
    const inputs = inputsOf(node).map((name) => {
      const shape = shapes.get(name);
      if (!shape)
        throw new Error(`${network.name}: node ${node.name} reads ${name}, which no earlier node gives`);
      return shape;
    });
    const shape = shapeOf(node, inputs);
    if (
      shape.height < 1 ||
      shape.width < 1 ||
      (node.op === 'depthwise' && !reflectable(node.filters, inputs[0]))
    ) {
      throw new Error(
        `${network.name}: an image of ${image.width}x${image.height} is too small at ${node.name}; use a larger image size`,
      );
    }
    shapes.set(node.name, shape);
  }
  return shapes;
}

function reflectable(filters: Tensor, { height, width }: MapShape): boolean {
  return (filters.shape[1] - 1) / 2 < Math.min(height, width);
}

function shapeOf(node: NetworkNode, inputs: MapShape[]): MapShape {
  const [{ channels, height, width }] = inputs;
  const slide = (length: number, size: number, stride: number, padding: number) =>
    Math.floor((length + 2 * padding - size) / stride) + 1;
  switch (node.op) {
    case 'conv': {
      const [out, , size] = node.weight.shape;
      const { stride, padding } = node;
      const side = (length: number) =>
        padding === 'same' ? Math.ceil(length / stride) : slide(length, size, stride, padding);
      return { channels: out, height: side(height), width: side(width) };
    }
    case 'depthwise': {
      const [count] = node.filters.shape;
      return {
        channels: channels * count,
        height: Math.ceil(height / node.stride),
        width: Math.ceil(width / node.stride),
      };
    }
    case 'maxPool': {
      const { size, stride, padding } = node;
      return {
        channels,
        height: slide(height, size, stride, padding),
        width: slide(width, size, stride, padding),
      };
    }
    case 'reduce': {
      const { scale, step } = node;
      const side = (length: number) =>
        Math.min(length, Math.max(1, Math.round((length * scale) / step)) * step);
      return { channels, height: side(height), width: side(width) };
    }
    case 'tokens':
      return { channels, height: 1, width: 1 + height * width };
    case 'resize':
    case 'grid':
      return { channels, height: inputs[1].height, width: inputs[1].width };
    case 'concat':
      return { channels: inputs.reduce((sum, shape) => sum + shape.channels, 0), height, width };
    default:
      return { channels, height, width };
  }
}

/** The network with only the nodes that the given outputs need. */
export function pruneNetwork(network: Network, outputs: readonly NetworkOutput[]): Network {
  const needed = new Set(outputs.map(({ node }) => node));
  const nodes = [...network.nodes].reverse().filter((node) => {
    if (!needed.has(node.name)) return false;
    for (const input of inputsOf(node)) needed.add(input);
    return true;
  });
  return { ...network, nodes: nodes.reverse(), outputs };
}
