import { sparseIfWorthIt, transpose } from '@geneformer-ts/analysis';
import { type CsrMatrix, type Matrix } from '@geneformer-ts/core';
import type { FitThreads } from './fit-threads.js';
import type { Features, LinearProblem } from '../linear/linear-problem.js';

/** Returns a linear problem in memory that all threads share, with zero weights. */
export function linearProblem(X: Matrix, outputs: number, threads: FitThreads): LinearProblem {
  const { rows, cols } = X;
  return {
    rows,
    cols,
    outputs,
    features: sharedFeatures(X, threads),
    weights: threads.allocate(Float64Array, (cols + 1) * outputs),
    residuals: threads.allocate(Float64Array, rows * outputs),
    gradient: threads.allocate(Float64Array, (cols + 1) * outputs),
  };
}

function sharedFeatures(X: Matrix, threads: FitThreads): Features {
  const sparse = sparseIfWorthIt(X);
  if (!sparse) return { data: threads.share(X.data as Float32Array) };
  const shared = ({ indptr, indices, data }: CsrMatrix) => ({
    indptr: threads.share(indptr),
    indices: threads.share(indices),
    data: threads.share(data),
  });
  return { ...shared(sparse), byColumn: shared(transpose(sparse)) };
}
