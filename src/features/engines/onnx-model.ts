import { createFeatureMatrix, createOnnxGraph, type OnnxGraph, transpose } from '../../matrix';
import { inferShapes, type MapShape, type Network, type NetworkNode } from '../network';
import { reductionMatrix } from '../reduction-matrix';
import { tokenPositions } from '../token-positions';

type NodeOf<Op extends NetworkNode['op']> = Extract<NetworkNode, { op: Op }>;

/** Writes one kind of node; `shapes` are those of all maps. */
type Lowering<Op extends NetworkNode['op']> = (
  node: NodeOf<Op>,
  graph: OnnxGraph,
  shapes: ReadonlyMap<string, MapShape>,
) => void;

const square = (value: number, axes = 2) => new Array<number>(axes).fill(value);

const conv: Lowering<'conv'> = ({ name, input, weight, bias, stride, padding, groups }, graph) => {
  const weights = graph.constant(`${name}.weight`, { dims: weight.shape, values: weight.data });
  const biases = graph.constant(`${name}.bias`, { dims: [bias.length], values: bias });
  const attributes = {
    strides: square(stride),
    ...(padding === 'same' ? { auto_pad: 'SAME_UPPER' } : { pads: square(padding, 4) }),
    kernel_shape: square(weight.shape[2]),
    group: groups,
  };
  graph.add({ type: 'Conv', input: [input, weights, biases], output: name, attributes });
};

const depthwise: Lowering<'depthwise'> = ({ name, input, filters, stride }, graph, shapes) => {
  const [count, size] = filters.shape;
  const { channels } = shapes.get(input)!;
  const repeated = new Float32Array(channels * filters.data.length);
  for (let channel = 0; channel < channels; channel++)
    repeated.set(filters.data, channel * filters.data.length);
  const pad = BigInt((size - 1) / 2);
  const pads = graph.constant(`${name}.pads`, {
    dims: [8],
    values: BigInt64Array.of(0n, 0n, pad, pad, 0n, 0n, pad, pad),
  });
  const padded = graph.add({
    type: 'Pad',
    input: [input, pads],
    output: `${name}.padded`,
    attributes: { mode: 'reflect' },
  });
  const weight = graph.constant(`${name}.weight`, {
    dims: [channels * count, 1, size, size],
    values: repeated,
  });
  const attributes = { strides: square(stride), group: channels, kernel_shape: square(size) };
  graph.add({ type: 'Conv', input: [padded, weight], output: name, attributes });
};

const affine: Lowering<'affine'> = ({ name, input, scale, shift }, graph) => {
  const dims = [1, scale.length, 1, 1];
  const scales = graph.constant(`${name}.scale`, { dims, values: scale });
  const shifts = graph.constant(`${name}.shift`, { dims, values: shift });
  const scaled = graph.add({ type: 'Mul', input: [input, scales], output: `${name}.scaled` });
  graph.add({ type: 'Add', input: [scaled, shifts], output: name });
};

const relu: Lowering<'relu'> = ({ name, input, limit }, graph) => {
  if (limit === undefined) return void graph.add({ type: 'Relu', input: [input], output: name });
  const least = graph.constant(`${name}.least`, { dims: [], values: Float32Array.of(0) });
  const largest = graph.constant(`${name}.largest`, { dims: [], values: Float32Array.of(limit) });
  graph.add({ type: 'Clip', input: [input, least, largest], output: name });
};

const maxPool: Lowering<'maxPool'> = ({ name, input, size, stride, padding }, graph) => {
  const attributes = { kernel_shape: square(size), strides: square(stride), pads: square(padding, 4) };
  graph.add({ type: 'MaxPool', input: [input], output: name, attributes });
};

const averagePool: Lowering<'averagePool'> = ({ name, input, size }, graph) => {
  const attributes = { kernel_shape: square(size), pads: square((size - 1) / 2, 4), count_include_pad: 0 };
  graph.add({ type: 'AveragePool', input: [input], output: name, attributes });
};

const resize: Lowering<'resize'> = ({ name, input }, graph, shapes) => {
  const { channels, height, width } = shapes.get(name)!;
  const parts = ['batch', 'rest'].map((part) => `${name}.${part}`);
  graph.add({ type: 'Shape', input: [input], output: parts[0], attributes: { start: 0, end: 1 } });
  graph.constant(parts[1], { dims: [3], values: BigInt64Array.from([channels, height, width], BigInt) });
  const size = graph.add({ type: 'Concat', input: parts, output: `${name}.size`, attributes: { axis: 0 } });
  const attributes = { mode: 'linear', coordinate_transformation_mode: 'half_pixel' };
  graph.add({ type: 'Resize', input: [input, '', '', size], output: name, attributes });
};

const reduce: Lowering<'reduce'> = ({ name, input }, graph, shapes) => {
  const [from, to] = [shapes.get(input)!, shapes.get(name)!];
  const rows = graph.constant(`${name}.rows`, {
    dims: [to.height, from.height],
    values: reductionMatrix(from.height, to.height),
  });
  const across = createFeatureMatrix(to.width, from.width, reductionMatrix(from.width, to.width));
  const columns = graph.constant(`${name}.columns`, {
    dims: [from.width, to.width],
    values: transpose(across).data,
  });
  const low = graph.add({ type: 'MatMul', input: [rows, input], output: `${name}.low` });
  graph.add({ type: 'MatMul', input: [low, columns], output: name });
};

const modulus: Lowering<'modulus'> = ({ name, inputs }, graph) => {
  const squares = inputs.map((input, index) =>
    graph.add({ type: 'Mul', input: [input, input], output: `${name}.square${index}` }),
  );
  const sum = graph.add({ type: 'Add', input: squares, output: `${name}.sum` });
  graph.add({ type: 'Sqrt', input: [sum], output: name });
};

/** The shape that a map is brought to, without the batch axis. */
function shapeConstant(graph: OnnxGraph, name: string, sizes: readonly number[]): string {
  return graph.constant(name, {
    dims: [sizes.length + 1],
    values: BigInt64Array.from([0, ...sizes], BigInt),
  });
}

/** Adds positions before the third axis of a `[batch, channels, 1, tokens]` map, or takes some away. */
function padTokens(
  graph: OnnxGraph,
  input: string,
  { output, count }: { output: string; count: number },
): string {
  const values = BigInt64Array.from([0, 0, 0, count, 0, 0, 0, 0], BigInt);
  const pads = graph.constant(`${output}.pads`, { dims: [8], values });
  return graph.add({ type: 'Pad', input: [input, pads], output });
}

const tokens: Lowering<'tokens'> = ({ name, input, ...learnt }, graph, shapes) => {
  const { channels, height, width } = shapes.get(input)!;
  const count = 1 + height * width;
  const flat = graph.add({
    type: 'Reshape',
    input: [input, shapeConstant(graph, `${name}.shape`, [channels, 1, height * width])],
    output: `${name}.flat`,
  });
  const padded = padTokens(graph, flat, { output: `${name}.padded`, count: 1 });
  const { data } = transpose(createFeatureMatrix(count, channels, tokenPositions(learnt, { height, width })));
  const positions = graph.constant(`${name}.positions`, { dims: [1, channels, 1, count], values: data });
  graph.add({ type: 'Add', input: [padded, positions], output: name });
};

const grid: Lowering<'grid'> = ({ name, input }, graph, shapes) => {
  const { channels, height, width } = shapes.get(name)!;
  const cut = padTokens(graph, input, { output: `${name}.cut`, count: -1 });
  const shape = shapeConstant(graph, `${name}.shape`, [channels, height, width]);
  graph.add({ type: 'Reshape', input: [cut, shape], output: name });
};

const layerNorm: Lowering<'layerNorm'> = ({ name, input, scale, shift, epsilon }, graph) => {
  const last = graph.add({
    type: 'Transpose',
    input: [input],
    output: `${name}.last`,
    attributes: { perm: [0, 2, 3, 1] },
  });
  const scales = graph.constant(`${name}.scale`, { dims: [scale.length], values: scale });
  const shifts = graph.constant(`${name}.shift`, { dims: [shift.length], values: shift });
  const attributes = { axis: -1, epsilon: { float: epsilon } };
  const normed = graph.add({
    type: 'LayerNormalization',
    input: [last, scales, shifts],
    output: `${name}.normed`,
    attributes,
  });
  graph.add({ type: 'Transpose', input: [normed], output: name, attributes: { perm: [0, 3, 1, 2] } });
};

const gelu: Lowering<'gelu'> = ({ name, input }, graph) => {
  const scalar = (part: string, value: number) =>
    graph.constant(`${name}.${part}`, { dims: [], values: Float32Array.of(value) });
  const scaled = graph.add({
    type: 'Div',
    input: [input, scalar('root', Math.SQRT2)],
    output: `${name}.scaled`,
  });
  const erf = graph.add({ type: 'Erf', input: [scaled], output: `${name}.erf` });
  const one = graph.add({ type: 'Add', input: [erf, scalar('one', 1)], output: `${name}.sum` });
  const product = graph.add({ type: 'Mul', input: [input, one], output: `${name}.product` });
  graph.add({ type: 'Mul', input: [product, scalar('half', 0.5)], output: name });
};

const attention: Lowering<'attention'> = ({ name, inputs, heads }, graph, shapes) => {
  const { channels, width } = shapes.get(name)!;
  const size = channels / heads;
  const apart = shapeConstant(graph, `${name}.heads`, [heads, size, width]);
  const [query, key, value] = inputs.map((input, at) =>
    graph.add({ type: 'Reshape', input: [input, apart], output: `${name}.${'qkv'[at]}` }),
  );
  const keys = graph.add({
    type: 'Transpose',
    input: [key],
    output: `${name}.keys`,
    attributes: { perm: [0, 1, 3, 2] },
  });
  const products = graph.add({ type: 'MatMul', input: [keys, query], output: `${name}.products` });
  const factor = graph.constant(`${name}.factor`, { dims: [], values: Float32Array.of(1 / Math.sqrt(size)) });
  const scaled = graph.add({ type: 'Mul', input: [products, factor], output: `${name}.scaled` });
  const weights = graph.add({
    type: 'Softmax',
    input: [scaled],
    output: `${name}.weights`,
    attributes: { axis: 2 },
  });
  const attended = graph.add({ type: 'MatMul', input: [value, weights], output: `${name}.attended` });
  const together = shapeConstant(graph, `${name}.shape`, [channels, 1, width]);
  graph.add({ type: 'Reshape', input: [attended, together], output: name });
};

const lowerings: { [Op in NetworkNode['op']]: Lowering<Op> } = {
  conv,
  depthwise,
  affine,
  relu,
  maxPool,
  averagePool,
  resize,
  reduce,
  add: ({ name, inputs }, graph) => void graph.add({ type: 'Add', input: inputs, output: name }),
  modulus,
  tokens,
  grid,
  layerNorm,
  gelu,
  attention,
  concat: ({ name, inputs }, graph) =>
    void graph.add({ type: 'Concat', input: inputs, output: name, attributes: { axis: 1 } }),
};

/**
 * Writes a network as an ONNX model (opset 17) for images of one size. Input `rgb` is `[batch, height, width, 3]`;
 * output `level{l}` is `[batch, height, width, channels]`.
 */
export function buildOnnxModel(network: Network, image: { height: number; width: number }): Uint8Array {
  const graph = createOnnxGraph();
  const outputs = addNetwork(graph, network, image);
  return graph.encode([{ name: 'rgb', dims: ['batch', image.height, image.width, 3] }], outputs);
}

/** Adds a network to a graph: from `rgb`, as {@link buildOnnxModel} has it, to an output per level. */
export function addNetwork(
  graph: OnnxGraph,
  network: Network,
  image: { height: number; width: number },
): { name: string; dims: (number | string)[] }[] {
  const shapes = inferShapes(network, image);
  graph.add({ type: 'Transpose', input: ['rgb'], output: 'image', attributes: { perm: [0, 3, 1, 2] } });
  for (const node of network.nodes)
    (lowerings[node.op] as Lowering<typeof node.op>)(node as never, graph, shapes);
  return network.outputs.map(({ level, node }) => {
    const { channels, height, width } = shapes.get(node)!;
    const name = graph.add({
      type: 'Transpose',
      input: [node],
      output: `level${level}`,
      attributes: { perm: [0, 2, 3, 1] },
    });
    return { name, dims: ['batch', height, width, channels] };
  });
}
