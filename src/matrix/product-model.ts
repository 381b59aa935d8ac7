import { createOnnxGraph } from './onnx-graph';

/** An ONNX model of `a [m, k]` times `b`, which is `[n, k]` when transposed, else `[k, n]`; gives `product [m, n]`. */
export function buildProductModel(transposed: boolean): Uint8Array {
  const graph = createOnnxGraph();
  graph.add({
    type: 'Gemm',
    input: ['a', 'b'],
    output: 'product',
    attributes: { transB: transposed ? 1 : 0 },
  });
  return graph.encode(
    [
      { name: 'a', dims: ['m', 'k'] },
      { name: 'b', dims: transposed ? ['n', 'k'] : ['k', 'n'] },
    ],
    [{ name: 'product', dims: ['m', 'n'] }],
  );
}
