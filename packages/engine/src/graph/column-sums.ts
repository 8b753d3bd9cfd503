import type { GraphBuilder } from './builder.js';

/**
 * Sums over the rows of a matrix [rows, columns] as a product with ones, which ONNX Runtime computes in two thirds of
 * the time of ReduceSum over a first axis. Every bias has such a gradient.
 *
 * @param shape of the result: [columns], or [1, columns]
 */
export function columnSums(
  graph: GraphBuilder,
  x: string,
  rows: number,
  shape: readonly number[],
  out?: string,
): string {
  const ones = graph.op('Expand', [graph.float(1), graph.int64([1, rows])]);
  return graph.op('Reshape', [graph.op('MatMul', [ones, x]), graph.int64(shape)], {}, out);
}
