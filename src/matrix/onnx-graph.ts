import protobuf from 'protobufjs';

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
  message StringStringEntryProto { string key = 1; string value = 2; }
  message ModelProto { int64 ir_version = 1; string producer_name = 2; GraphProto graph = 7; repeated OperatorSetIdProto opset_import = 8; repeated StringStringEntryProto metadata_props = 14; }
`,
  { keepCase: true },
).root;
const modelType = schema.lookupType('ModelProto');
const floatType = 1;
const int64Type = 7;
const attributeTypes = { float: 1, int: 2, string: 3, ints: 7 };

/** The value of an operation's attribute: an integer, a real number, a text or a list of integers. */
type Attribute = number | { float: number } | string | readonly number[];

/** An operation of a graph. */
interface OnnxOperation {
  type: string;
  input: readonly string[];
  /** Name of its output, or of each of several. */
  output: string | readonly string[];
  attributes?: Readonly<Record<string, Attribute>>;
}

/** A tensor that a graph takes or gives: sizes, or names of sizes that are open. */
interface OnnxValue {
  name: string;
  dims: readonly (number | string)[];
}

/** A graph under construction. */
export interface OnnxGraph {
  /** Adds an operation and returns the name of its first output. */
  add(operation: OnnxOperation): string;
  /** Adds a constant tensor and returns its name. */
  constant(name: string, tensor: { dims: readonly number[]; values: Float32Array | BigInt64Array }): string;
  /** The graph as the bytes of an ONNX model (opset 17), with texts that programs can ask it for. */
  encode(
    inputs: readonly OnnxValue[],
    outputs: readonly OnnxValue[],
    metadata?: Readonly<Record<string, string>>,
  ): Uint8Array;
}

/** Starts an empty ONNX graph. */
export function createOnnxGraph(): OnnxGraph {
  const nodes: object[] = [];
  const constants: object[] = [];
  return {
    add({ type, input, output, attributes = {} }) {
      const outputs = typeof output === 'string' ? [output] : output;
      nodes.push({
        op_type: type,
        name: outputs[0],
        input,
        output: outputs,
        attribute: Object.entries(attributes).map(encodeAttribute),
      });
      return outputs[0];
    },
    constant(name, { dims, values }) {
      constants.push({
        name,
        dims,
        data_type: values instanceof Float32Array ? floatType : int64Type,
        raw_data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
      });
      return name;
    },
    encode(inputs, outputs, metadata = {}) {
      const message = modelType.create({
        ir_version: 8,
        producer_name: 'spanlab',
        opset_import: [{ domain: '', version: 17 }],
        metadata_props: Object.entries(metadata).map(([key, value]) => ({ key, value })),
        graph: {
          name: 'graph',
          node: nodes,
          initializer: constants,
          input: inputs.map(valueInfo),
          output: outputs.map(valueInfo),
        },
      });
      return modelType.encode(message).finish();
    },
  };
}

function encodeAttribute([name, value]: [string, Attribute]): object {
  if (typeof value === 'number') return { name, i: value, type: attributeTypes.int };
  if (typeof value === 'string')
    return { name, s: new TextEncoder().encode(value), type: attributeTypes.string };
  if ('float' in value) return { name, f: value.float, type: attributeTypes.float };
  return { name, ints: value, type: attributeTypes.ints };
}

function valueInfo({ name, dims }: OnnxValue): object {
  const dim = dims.map((size) => (typeof size === 'number' ? { dim_value: size } : { dim_param: size }));
  return { name, type: { tensor_type: { elem_type: floatType, shape: { dim } } } };
}
