import type { OnnxGraph } from '../../matrix';

type Attributes = NonNullable<Parameters<OnnxGraph['add']>[0]['attributes']>;

/** Adds operations and constants to a graph, which get names of their own. */
export interface Steps {
  /** Adds an operation and returns the name of its result. */
  do(type: string, input: readonly string[], attributes?: Attributes): string;
  /** Adds an operation of several results and returns their names. */
  doMany(type: string, input: readonly string[], results: number, attributes?: Attributes): string[];
  scalar(value: number): string;
  floats(dims: readonly number[], values: Float32Array): string;
  integers(...values: number[]): string;
}

/** Steps of a graph. */
export function createSteps(graph: OnnxGraph): Steps {
  let count = 0;
  const nameFor = (what: string) => `${what}.${count++}`;
  const doMany: Steps['doMany'] = (type, input, results, attributes) => {
    const output = Array.from({ length: results }, () => nameFor(type));
    graph.add({ type, input, output, attributes });
    return output;
  };
  const floats: Steps['floats'] = (dims, values) => graph.constant(nameFor('values'), { dims, values });
  return {
    do: (type, input, attributes) => doMany(type, input, 1, attributes)[0],
    doMany,
    floats,
    scalar: (value) => floats([], Float32Array.of(value)),
    integers: (...values) =>
      graph.constant(nameFor('integers'), {
        dims: [values.length],
        values: BigInt64Array.from(values, BigInt),
      }),
  };
}
