import { Writer } from 'protobufjs/minimal';

/** A field of a message: its number and its type, which may be another message. */
type Field = readonly [id: number, type: 'string' | 'bytes' | 'float' | 'int32' | 'int64' | MessageName];
type MessageName = keyof typeof messages;

/** The parts of the ONNX schema (onnx.proto, IR version 8) that feed-forward networks need, fields by their numbers. */
const messages = {
  attribute: {
    ...{ name: [1, 'string'], f: [2, 'float'], i: [3, 'int64'], s: [4, 'bytes'] },
    ...{ ints: [8, 'int64'], type: [20, 'int32'] },
  },
  node: {
    ...{ input: [1, 'string'], output: [2, 'string'], name: [3, 'string'], op_type: [4, 'string'] },
    attribute: [5, 'attribute'],
  },
  tensor: { dims: [1, 'int64'], data_type: [2, 'int32'], name: [8, 'string'], raw_data: [9, 'bytes'] },
  dimension: { dim_value: [1, 'int64'], dim_param: [2, 'string'] },
  shape: { dim: [1, 'dimension'] },
  tensorType: { elem_type: [1, 'int32'], shape: [2, 'shape'] },
  valueType: { tensor_type: [1, 'tensorType'] },
  valueInfo: { name: [1, 'string'], type: [2, 'valueType'] },
  graph: {
    ...{ node: [1, 'node'], name: [2, 'string'], initializer: [5, 'tensor'] },
    ...{ input: [11, 'valueInfo'], output: [12, 'valueInfo'] },
  },
  operatorSet: { domain: [1, 'string'], version: [2, 'int64'] },
  entry: { key: [1, 'string'], value: [2, 'string'] },
  model: {
    ...{ ir_version: [1, 'int64'], producer_name: [2, 'string'], graph: [7, 'graph'] },
    ...{ opset_import: [8, 'operatorSet'], metadata_props: [14, 'entry'] },
  },
} as const satisfies Record<string, Record<string, readonly [number, string]>>;
const lengthPrefixed = 2;
const wireTypes: Readonly<Record<string, number>> = { int32: 0, int64: 0, float: 5 };

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
      const message = {
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
      };
      return write(Writer.create(), message, 'model').finish();
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

/** Writes the fields that a message has. This package has no code made at run time, which a page's policy forbids. */
function write(writer: Writer, message: object, name: MessageName): Writer {
  for (const [field, [id, type]] of Object.entries(messages[name] as Record<string, Field>)) {
    const value = (message as Record<string, unknown>)[field];
    if (value === undefined) continue;
    if (Array.isArray(value) && value.length > 0 && type in wireTypes) {
      // Numbers of a list are packed.
      writer.uint32((id << 3) | lengthPrefixed).fork();
      for (const one of value) writeValue(writer, one, type);
      writer.ldelim();
      continue;
    }
    for (const one of Array.isArray(value) ? value : [value]) {
      writer.uint32((id << 3) | (wireTypes[type] ?? lengthPrefixed));
      writeValue(writer, one, type);
    }
  }
  return writer;
}

function writeValue(writer: Writer, value: unknown, type: Field[1]): void {
  if (type in messages) write(writer.fork(), value as object, type as MessageName).ldelim();
  else (writer[type as 'bytes'] as (value: unknown) => void).call(writer, value);
}
