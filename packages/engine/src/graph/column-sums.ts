import type { GraphBuilder } from './builder.js';

/**
 * Adds the sums of the columns of a matrix [rows, columns], such as the gradient of a bias, and returns the name of the result. It is a
 * product with ones, which takes two thirds of the time of ReduceSum over the first axis in ONNX Runtime.
 *
 * @param shape shape of the result, [columns] or [1, columns]
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
