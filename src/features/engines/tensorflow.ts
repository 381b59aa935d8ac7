import * as tf from '@tensorflow/tfjs-core';
import { tensorflowBackend } from '../../matrix';
import { inferShapes, inputsOf, type MapShape, type Network, type NetworkNode } from '../network';
import { reductionMatrix } from '../reduction-matrix';
import { tokenPositions } from '../token-positions';
import type { Engine } from './engine';

/** A node ready to run: its constants lie in the backend's memory. */
interface Step {
  node: NetworkNode;
  apply(inputs: tf.Tensor4D[]): tf.Tensor4D;
  constants: tf.Tensor[];
}

/** The least finite single-precision number, with which maximum pooling pads: it never wins over a feature. */
const lowest = -3.4028234663852886e38;

/** Explicit padding, since TensorFlow's own is `same` or none. */
function padded(x: tf.Tensor4D, padding: number, value: number): tf.Tensor4D {
  if (padding === 0) return x;
  return tf.pad4d(
    x,
    [
      [0, 0],
      [padding, padding],
      [padding, padding],
      [0, 0],
    ],
    value,
  );
}

type NodeOf<Op extends NetworkNode['op']> = Extract<NetworkNode, { op: Op }>;

/** Makes one kind of node ready; `shapes` are those of all maps. */
type Preparation<Op extends NetworkNode['op']> = (
  node: NodeOf<Op>,
  shapes: ReadonlyMap<string, MapShape>,
) => Omit<Step, 'node'>;

const conv: Preparation<'conv'> = ({ weight, bias, stride, padding, groups }) => {
  const [out, channels, size] = weight.shape;
  // TensorFlow has [size, size, in, out] for one group, and [size, size, in, 1] for one group per channel.
  const order = groups === 1 ? [2, 3, 1, 0] : [2, 3, 0, 1];
  const kernel = tf.tidy(() =>
    tf.transpose(tf.tensor4d(weight.data, [out, channels, size, size]), order),
  ) as tf.Tensor4D;
  const biases = tf.tensor1d(bias);
  const convolve = groups === 1 ? tf.conv2d : tf.depthwiseConv2d;
  const apply = ([x]: tf.Tensor4D[]) => {
    const isSame = padding === 'same';
    const y = convolve(isSame ? x : padded(x, padding, 0), kernel, stride, isSame ? 'same' : 'valid');
    return tf.add<tf.Tensor4D>(y, biases);
  };
  return { apply, constants: [kernel, biases] };
};

const depthwise: Preparation<'depthwise'> = ({ input, filters, stride }, shapes) => {
  const [count, size] = filters.shape;
  const { channels } = shapes.get(input)!;
  const kernel = tf.tidy(() => {
    const own = tf.transpose(tf.tensor3d(filters.data, [count, size, size]), [1, 2, 0]);
    return tf.tile(tf.reshape(own, [size, size, 1, count]), [1, 1, channels, 1]) as tf.Tensor4D;
  });
  const pad = (size - 1) / 2;
  const edges: [number, number][] = [
    [0, 0],
    [pad, pad],
    [pad, pad],
    [0, 0],
  ];
  return {
    apply: ([x]) =>
      tf.depthwiseConv2d(tf.mirrorPad(x, edges, 'reflect') as tf.Tensor4D, kernel, stride, 'valid'),
    constants: [kernel],
  };
};

const affine: Preparation<'affine'> = (node) => {
  const [scale, shift] = [tf.tensor1d(node.scale), tf.tensor1d(node.shift)];
  return { apply: ([x]) => tf.add(tf.mul(x, scale), shift), constants: [scale, shift] };
};

const reduce: Preparation<'reduce'> = ({ name, input }, shapes) => {
  const [{ height, width, channels }, to] = [shapes.get(input)!, shapes.get(name)!];
  const rows = tf.tensor3d(reductionMatrix(height, to.height), [1, to.height, height]);
  const columns = tf.tensor3d(reductionMatrix(width, to.width), [1, to.width, width]);
  return {
    apply([x]) {
      const [count] = x.shape;
      const low = tf.matMul(rows, tf.reshape(x, [count, height, width * channels]));
      const narrow = tf.matMul(columns, tf.reshape(low, [count * to.height, width, channels]));
      return tf.reshape(narrow, [count, to.height, to.width, channels]);
    },
    constants: [rows, columns],
  };
};

const tokens: Preparation<'tokens'> = ({ input, ...learnt }, shapes) => {
  const { channels, height, width } = shapes.get(input)!;
  const count = 1 + height * width;
  const positions = tf.tensor4d(tokenPositions(learnt, { height, width }), [1, 1, count, channels]);
  const first: [number, number][] = [
    [0, 0],
    [0, 0],
    [1, 0],
    [0, 0],
  ];
  return {
    apply([x]) {
      const flat = tf.reshape(x, [x.shape[0], 1, count - 1, channels]);
      return tf.add(tf.pad(flat, first), positions);
    },
    constants: [positions],
  };
};

const grid: Preparation<'grid'> = ({ name }, shapes) => {
  const { channels, height, width } = shapes.get(name)!;
  return {
    apply([x]) {
      const cut = tf.slice(x, [0, 0, 1, 0], [x.shape[0], 1, height * width, channels]);
      return tf.reshape(cut, [x.shape[0], height, width, channels]);
    },
    constants: [],
  };
};

const layerNorm: Preparation<'layerNorm'> = (node) => {
  const [scale, shift] = [tf.tensor1d(node.scale), tf.tensor1d(node.shift)];
  return {
    apply([x]) {
      const { mean, variance } = tf.moments(x, 3, true);
      const normed = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, node.epsilon)));
      return tf.add(tf.mul(normed, scale), shift);
    },
    constants: [scale, shift],
  };
};

const attention: Preparation<'attention'> = ({ name, heads }, shapes) => {
  const { channels, width } = shapes.get(name)!;
  const size = channels / heads;
  return {
    apply(inputs) {
      const [query, key, value] = inputs.map((x) =>
        tf.transpose(tf.reshape(x, [x.shape[0], width, heads, size]), [0, 2, 1, 3]),
      );
      const weights = tf.softmax(tf.div(tf.matMul(query, key, false, true), Math.sqrt(size)));
      const attended = tf.transpose(tf.matMul(weights, value), [0, 2, 1, 3]);
      return tf.reshape(attended, [query.shape[0], 1, width, channels]);
    },
    constants: [],
  };
};

const preparations: { [Op in NetworkNode['op']]: Preparation<Op> } = {
  conv,
  depthwise,
  affine,
  relu: ({ limit }) => ({
    apply: ([x]) => (limit === undefined ? tf.relu(x) : tf.clipByValue(x, 0, limit)),
    constants: [],
  }),
  maxPool: ({ size, stride, padding }) => ({
    apply: ([x]) => tf.maxPool(padded(x, padding, lowest), size, stride, 'valid'),
    constants: [],
  }),
  averagePool: ({ size }) => ({ apply: ([x]) => tf.avgPool(x, size, 1, 'same'), constants: [] }),
  resize: ({ name }, shapes) => {
    const { height, width } = shapes.get(name)!;
    return { apply: ([x]) => tf.image.resizeBilinear(x, [height, width], false, true), constants: [] };
  },
  reduce,
  add: () => ({ apply: ([a, b]) => tf.add<tf.Tensor4D>(a, b), constants: [] }),
  modulus: () => ({
    apply: ([a, b]) => tf.sqrt(tf.add<tf.Tensor4D>(tf.square(a), tf.square(b))),
    constants: [],
  }),
  tokens,
  grid,
  layerNorm,
  gelu: () => ({
    apply: ([x]) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.div(x, Math.SQRT2)), 1)),
    constants: [],
  }),
  attention,
  concat: () => ({ apply: (inputs) => tf.concat(inputs, 3), constants: [] }),
};

function prepare(node: NetworkNode, shapes: ReadonlyMap<string, MapShape>): Step {
  return { node, ...(preparations[node.op] as Preparation<typeof node.op>)(node as never, shapes) };
}

/**
 * Compiles a network for TensorFlow.js, on the backend that is provided.
 *
 * @throws Error when no backend is provided or it does not load
 */
export async function compileTensorflow(
  network: Network,
  image: { height: number; width: number },
): Promise<Engine> {
  const backend = await tensorflowBackend.get()();
  const shapes = inferShapes(network, image);
  const steps = network.nodes.map((node) => prepare(node, shapes));
  const lastUse = new Map<string, number>();
  network.nodes.forEach((node, index) => {
    for (const input of inputsOf(node)) lastUse.set(input, index);
  });
  const kept = new Set(network.outputs.map(({ node }) => node));

  return {
    name: `tensorflow (${backend})`,
    async run(images, count) {
      const maps = new Map<string, tf.Tensor4D>();
      maps.set('image', tf.tensor4d(images, [count, image.height, image.width, 3]));
      steps.forEach(({ node, apply }, index) => {
        const inputs = inputsOf(node);
        maps.set(
          node.name,
          tf.tidy(() => apply(inputs.map((name) => maps.get(name)!))),
        );
        for (const name of new Set(inputs)) {
          if (lastUse.get(name) === index && !kept.has(name)) {
            maps.get(name)!.dispose();
            maps.delete(name);
          }
        }
      });
      const outputs = [];
      for (const { node } of network.outputs) {
        const { channels, height, width } = shapes.get(node)!;
        outputs.push({
          count,
          height,
          width,
          channels,
          data: (await maps.get(node)!.data()) as Float32Array,
        });
      }
      for (const map of maps.values()) map.dispose();
      return outputs;
    },
    async dispose() {
      for (const { constants } of steps) tf.dispose(constants);
    },
  };
}
