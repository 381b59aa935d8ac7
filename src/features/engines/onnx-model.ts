import protobuf from 'protobufjs';
import { inferShapes, type MapShape, type Network, type NetworkNode } from '../network';

/** The parts of the ONNX schema (onnx.proto, IR version 8) that feed-forward networks need. */
const schema = protobuf.parse(
  `
  syntax = "proto3";
  message AttributeProto { string name = 1; float f = 2; int64 i = 3; bytes s = 4; repeated float floats = 7; repeated int64 ints = 8; int32 type = 20; }
  message NodeProto { repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4; repeated AttributeProto attribute = 5; }
  message TensorProto { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
  message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
  message Shape { repeated Dimension dim = 1; }
  message TensorType { int32 elem_type = 1; Shape shape = 2; }
  message TypeProto { TensorType tensor_type = 1; }
  message ValueInfoProto { string name = 1; TypeProto type = 2; }
  message GraphProto { repeated NodeProto node = 1; string name = 2; repeated TensorProto initializer = 5; repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12; }
  message OperatorSetIdProto { string domain = 1; int64 version = 2; }
  message ModelProto { int64 ir_version = 1; string producer_name = 2; GraphProto graph = 7; repeated OperatorSetIdProto opset_import = 8; }
`,
  { keepCase: true },
).root;
const modelType = schema.lookupType('ModelProto');
const floatType = 1;
const int64Type = 7;
const attributeTypes = { int: 2, string: 3, ints: 7 };

type Attribute = number | string | readonly number[];

/** The graph under construction: ONNX nodes and constants. */
interface Graph {
  nodes: object[];
  constants: object[];
}

function addNode(
  graph: Graph,
  type: string,
  input: readonly string[],
  output: string,
  attributes: Record<string, Attribute> = {},
): string {
  const attribute = Object.entries(attributes).map(([name, value]) => {
    if (typeof value === 'number') return { name, i: value, type: attributeTypes.int };
    if (typeof value === 'string')
      return { name, s: new TextEncoder().encode(value), type: attributeTypes.string };
    return { name, ints: value, type: attributeTypes.ints };
  });
  graph.nodes.push({ op_type: type, name: output, input, output: [output], attribute });
  return output;
}

function addConstant(
  graph: Graph,
  name: string,
  dims: readonly number[],
  values: Float32Array | BigInt64Array,
): string {
  graph.constants.push({
    name,
    dims,
    data_type: values instanceof Float32Array ? floatType : int64Type,
    raw_data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  });
  return name;
}

function lower(graph: Graph, node: NetworkNode, shapes: ReadonlyMap<string, MapShape>): string {
  const { name } = node;
  const square = (value: number, axes = 2) => new Array<number>(axes).fill(value);
  switch (node.op) {
    case 'conv': {
      const weight = addConstant(graph, `${name}.weight`, node.weight.shape, node.weight.data);
      const bias = addConstant(graph, `${name}.bias`, [node.bias.length], node.bias);
      const attributes = {
        strides: square(node.stride),
        pads: square(node.padding, 4),
        kernel_shape: square(node.weight.shape[2]),
      };
      return addNode(graph, 'Conv', [node.input, weight, bias], name, attributes);
    }
    case 'depthwise': {
      const [count, size] = node.filters.shape;
      const { channels } = shapes.get(node.input)!;
      const repeated = new Float32Array(channels * node.filters.data.length);
      for (let channel = 0; channel < channels; channel++) {
        repeated.set(node.filters.data, channel * node.filters.data.length);
      }
      const pad = BigInt((size - 1) / 2);
      const pads = addConstant(
        graph,
        `${name}.pads`,
        [8],
        BigInt64Array.of(0n, 0n, pad, pad, 0n, 0n, pad, pad),
      );
      addNode(graph, 'Pad', [node.input, pads], `${name}.padded`, { mode: 'reflect' });
      const weight = addConstant(graph, `${name}.weight`, [channels * count, 1, size, size], repeated);
      const attributes = { strides: square(node.stride), group: channels, kernel_shape: square(size) };
      return addNode(graph, 'Conv', [`${name}.padded`, weight], name, attributes);
    }
    case 'affine': {
      const dims = [1, node.scale.length, 1, 1];
      const scale = addConstant(graph, `${name}.scale`, dims, node.scale);
      addNode(graph, 'Mul', [node.input, scale], `${name}.scaled`);
      return addNode(
        graph,
        'Add',
        [`${name}.scaled`, addConstant(graph, `${name}.shift`, dims, node.shift)],
        name,
      );
    }
    case 'relu':
      return addNode(graph, 'Relu', [node.input], name);
    case 'maxPool': {
      const attributes = {
        kernel_shape: square(node.size),
        strides: square(node.stride),
        pads: square(node.padding, 4),
      };
      return addNode(graph, 'MaxPool', [node.input], name, attributes);
    }
    case 'averagePool': {
      const attributes = {
        kernel_shape: square(node.size),
        pads: square((node.size - 1) / 2, 4),
        count_include_pad: 0,
      };
      return addNode(graph, 'AveragePool', [node.input], name, attributes);
    }
    case 'resize': {
      const { channels, height, width } = shapes.get(name)!;
      const parts = ['batch', 'rest'].map((part) => `${name}.${part}`);
      addNode(graph, 'Shape', [node.input], parts[0], { start: 0, end: 1 });
      addConstant(graph, parts[1], [3], BigInt64Array.from([channels, height, width], BigInt));
      addNode(graph, 'Concat', parts, `${name}.size`, { axis: 0 });
      const attributes = { mode: 'linear', coordinate_transformation_mode: 'half_pixel' };
      return addNode(graph, 'Resize', [node.input, '', '', `${name}.size`], name, attributes);
    }
    case 'add':
      return addNode(graph, 'Add', node.inputs, name);
    case 'modulus': {
      node.inputs.forEach((input, index) => {
        addNode(graph, 'Mul', [input, input], `${name}.square${index}`);
      });
      addNode(graph, 'Add', [`${name}.square0`, `${name}.square1`], `${name}.sum`);
      return addNode(graph, 'Sqrt', [`${name}.sum`], name);
    }
    case 'concat':
      return addNode(graph, 'Concat', node.inputs, name, { axis: 1 });
  }
}

function valueInfo(name: string, dims: (number | string)[]): object {
  const dim = dims.map((size) => (typeof size === 'number' ? { dim_value: size } : { dim_param: size }));
  return { name, type: { tensor_type: { elem_type: floatType, shape: { dim } } } };
}

function encode(graph: Graph, input: object[], output: object[]): Uint8Array {
  const message = modelType.create({
    ir_version: 8,
    producer_name: 'spanlab',
    opset_import: [{ domain: '', version: 17 }],
    graph: { name: 'graph', node: graph.nodes, initializer: graph.constants, input, output },
  });
  return modelType.encode(message).finish();
}

/**
 * Writes a network as an ONNX model (opset 17) for images of one size. Input `image` is `[batch, 3, height, width]`;
 * output `level{l}` is `[batch, height, width, channels]`.
 */
export function buildOnnxModel(network: Network, image: { height: number; width: number }): Uint8Array {
  const shapes = inferShapes(network, image);
  const graph: Graph = { nodes: [], constants: [] };
  for (const node of network.nodes) lower(graph, node, shapes);
  const outputs = network.outputs.map(({ level, node }) => {
    const { channels, height, width } = shapes.get(node)!;
    addNode(graph, 'Transpose', [node], `level${level}`, { perm: [0, 2, 3, 1] });
    return valueInfo(`level${level}`, ['batch', height, width, channels]);
  });
  return encode(graph, [valueInfo('image', ['batch', 3, image.height, image.width])], outputs);
}

/** An ONNX model of `a [m, k]` times `b`, which is `[n, k]` when transposed, else `[k, n]`; gives `product [m, n]`. */
export function buildProductModel(transposed: boolean): Uint8Array {
  const graph: Graph = { nodes: [], constants: [] };
  addNode(graph, 'Gemm', ['a', 'b'], 'product', { transB: transposed ? 1 : 0 });
  const inputs = [valueInfo('a', ['m', 'k']), valueInfo('b', transposed ? ['n', 'k'] : ['k', 'n'])];
  return encode(graph, inputs, [valueInfo('product', ['m', 'n'])]);
}
