import { sparseIfWorthIt, transpose } from '@geneformer-ts/analysis';
import { type CsrMatrix, type Matrix, WasmHeap } from '@geneformer-ts/core';
import type { FitThreads } from './fit-threads.js';
import type { Features, LinearProblem } from '../linear/linear-problem.js';

/** Returns a linear problem in memory that all threads share, with zero weights. */
export function linearProblem(X: Matrix, outputs: number, threads: FitThreads): LinearProblem {
  const { rows, cols } = X;
  const sparse = sparseIfWorthIt(X);
  const heap = sparse && outputs > 1 ? heapFor(sparse, outputs, threads) : undefined;
  const zeros = (length: number) =>
    heap ? heap.allocate(Float64Array, length) : threads.allocate(Float64Array, length);
  const share: Share = (values) => (heap ? heap.copy(values) : threads.share(values));
  return {
    rows,
    cols,
    outputs,
    features: sparse ? sharedFeatures(sparse, share) : { data: threads.share(X.data as Float32Array) },
    ...(heap && { memory: heap.memory }),
    weights: zeros((cols + 1) * outputs),
    residuals: zeros(rows * outputs),
    gradient: zeros((cols + 1) * outputs),
  };
}

type Share = <Values extends Float32Array | Float64Array | Int32Array>(values: Values) => Values;

function sharedFeatures(sparse: CsrMatrix, share: Share): Features {
  const shared = ({ indptr, indices, data }: CsrMatrix) => ({
    indptr: share(indptr),
    indices: share(indices),
    data: share(data),
  });
  return { ...shared(sparse), byColumn: shared(transpose(sparse)) };
}

/** Memory for everything that products of several outputs read and write; none where a machine does not give that much. */
function heapFor({ rows, cols, data }: CsrMatrix, outputs: number, threads: FitThreads): WasmHeap | undefined {
  const bytes = [
    ...[4 * (rows + 1), 4 * (cols + 1)],
    ...[4 * data.length, 4 * data.length, data.byteLength, data.byteLength],
    ...[8 * (cols + 1) * outputs, 8 * rows * outputs, 8 * (cols + 1) * outputs],
  ];
  try {
    return new WasmHeap(
      bytes.reduce((sum, size) => sum + WasmHeap.sizeOf(size), 0),
      threads.threads > 1,
    );
  } catch {
    return undefined;
  }
}
