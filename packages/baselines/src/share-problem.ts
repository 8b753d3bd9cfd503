import { type CsrMatrix, isSparse, type Matrix, toSparse } from '@geneformer-ts/core';
import type { Crew } from './crew.js';
import type { Features, LinearProblem } from './linear/linear-problem.js';
import { transpose } from './select.js';

/** Above this share of zeros, skipping them costs less than multiplying by them. */
const SPARSE_BELOW = 0.4;

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

/** A sparse matrix when X is one, or has enough zeros for it to pay. */
export function sparseIfWorthIt(X: Matrix): CsrMatrix | undefined {
  if (isSparse(X)) return X;
  let nonZero = 0;
  for (let i = 0; i < X.data.length; i++) if (X.data[i] !== 0) nonZero++;
  return nonZero < SPARSE_BELOW * X.data.length ? toSparse(X) : undefined;
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
