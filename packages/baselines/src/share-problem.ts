import { sparseIfWorthIt, transpose } from '@geneformer-ts/analysis';
import type { CsrMatrix, Matrix } from '@geneformer-ts/core';
import type { Crew } from './crew.js';
import type { Features, LinearProblem } from './linear-problem.js';

/** A problem that all threads of a crew see, its weights 0. */
export function linearProblem(X: Matrix, outputs: number, crew: Crew): LinearProblem {
  const { rows, cols } = X;
  return {
    rows,
    cols,
    outputs,
    features: sharedFeatures(X, crew),
    weights: crew.allocate(Float64Array, (cols + 1) * outputs),
    residuals: crew.allocate(Float64Array, rows * outputs),
    gradient: crew.allocate(Float64Array, (cols + 1) * outputs),
  };
}

function sharedFeatures(X: Matrix, crew: Crew): Features {
  const sparse = sparseIfWorthIt(X);
  if (!sparse) return { data: crew.share(X.data as Float32Array) };
  const shared = ({ indptr, indices, data }: CsrMatrix) => ({
    indptr: crew.share(indptr),
    indices: crew.share(indices),
    data: crew.share(data),
  });
  return { ...shared(sparse), byColumn: shared(transpose(sparse)) };
}
