import * as tf from '@tensorflow/tfjs-core';
import { inferShapes, inputsOf, type MapShape, type Network, type NetworkNode } from '../network';
import type { Engine } from './engine';

/** A node ready to run: its constants lie in the backend's memory. */
interface Step {
  node: NetworkNode;
  apply(inputs: tf.Tensor4D[]): tf.Tensor4D;
  constants: tf.Tensor[];
}

/** An optional dependency: a variable keeps the compiler from asking for its types where it is not installed. */
const nativePackage: string = '@tensorflow/tfjs-node-gpu';

/**
 * Makes a TensorFlow.js backend ready: the native one of `@tensorflow/tfjs-node-gpu` where its binding loads, else
 * WebAssembly.
 *
 * @returns the backend's name, `tensorflow` or `wasm`
 */
export async function readyTensorflow(): Promise<string> {
  const ready = tf.getBackend();
  if (ready === 'tensorflow' || ready === 'wasm') return ready;
  try {
    await import(nativePackage);
    await tf.setBackend('tensorflow');
  } catch {
    await import('@tensorflow/tfjs-backend-wasm');
    await tf.setBackend('wasm');
  }
  await tf.ready();
  return tf.getBackend();
}

/** What never is a maximum: the least single-precision number. */
const lowest = -3.4028234663852886e38;

/** Padding of its own, since TensorFlow itself knows no other than `same`. */
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

function prepare(node: NetworkNode, shapes: ReadonlyMap<string, MapShape>): Step {
  switch (node.op) {
    case 'conv': {
      const [out, channels, size] = node.weight.shape;
      const { padding, stride } = node;
      const kernel = tf.tidy(() =>
        tf.transpose(tf.tensor4d(node.weight.data, [out, channels, size, size]), [2, 3, 1, 0]),
      );
      const bias = tf.tensor1d(node.bias);
      const apply = ([x]: tf.Tensor4D[]) =>
        tf.add(tf.conv2d(padded(x, padding, 0), kernel as tf.Tensor4D, stride, 'valid'), bias) as tf.Tensor4D;
      return { node, apply, constants: [kernel, bias] };
    }
    case 'depthwise': {
      const [count, size] = node.filters.shape;
      const { channels } = shapes.get(node.input)!;
      const kernel = tf.tidy(() => {
        const filters = tf.transpose(tf.tensor3d(node.filters.data, [count, size, size]), [1, 2, 0]);
        return tf.tile(tf.reshape(filters, [size, size, 1, count]), [1, 1, channels, 1]) as tf.Tensor4D;
      });
      const pad = (size - 1) / 2;
      const edges: [number, number][] = [
        [0, 0],
        [pad, pad],
        [pad, pad],
        [0, 0],
      ];
      const apply = ([x]: tf.Tensor4D[]) =>
        tf.depthwiseConv2d(tf.mirrorPad(x, edges, 'reflect') as tf.Tensor4D, kernel, node.stride, 'valid');
      return { node, apply, constants: [kernel] };
    }
    case 'affine': {
      const scale = tf.tensor1d(node.scale);
      const shift = tf.tensor1d(node.shift);
      const apply = ([x]: tf.Tensor4D[]) => tf.add(tf.mul(x, scale), shift) as tf.Tensor4D;
      return { node, apply, constants: [scale, shift] };
    }
    case 'relu':
      return { node, apply: ([x]) => tf.relu(x), constants: [] };
    case 'maxPool':
      return {
        node,
        apply: ([x]) => tf.maxPool(padded(x, node.padding, lowest), node.size, node.stride, 'valid'),
        constants: [],
      };
    case 'averagePool':
      return { node, apply: ([x]) => tf.avgPool(x, node.size, 1, 'same'), constants: [] };
    case 'resize': {
      const { height, width } = shapes.get(node.name)!;
      const apply = ([x]: tf.Tensor4D[]) => tf.image.resizeBilinear(x, [height, width], false, true);
      return { node, apply, constants: [] };
    }
    case 'add':
      return { node, apply: ([a, b]) => tf.add(a, b), constants: [] };
    case 'modulus':
      return {
        node,
        apply: ([a, b]) => tf.sqrt(tf.add(tf.square(a), tf.square(b))) as tf.Tensor4D,
        constants: [],
      };
    case 'concat':
      return { node, apply: (inputs) => tf.concat(inputs, 3) as tf.Tensor4D, constants: [] };
  }
}

/**
 * Compiles a network for TensorFlow.js: TensorFlow itself where `@tensorflow/tfjs-node-gpu` has its native binding, else
 * WebAssembly.
 */
export async function compileTensorflow(
  network: Network,
  image: { height: number; width: number },
): Promise<Engine> {
  const backend = await readyTensorflow();
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
      const batch = tf.tidy(
        () =>
          tf.transpose(
            tf.tensor4d(images, [count, 3, image.height, image.width]),
            [0, 2, 3, 1],
          ) as tf.Tensor4D,
      );
      maps.set('image', batch);
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
