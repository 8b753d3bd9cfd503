import { DenseKernel } from './dense-kernel.js';
import { isSparse, toSparse, type Matrix } from './matrix.js';
import { SparseKernel } from './sparse-kernel.js';

/**
 * The two products every linear model is made of. Weights are class-major: `weights[k * (cols + 1) + j]`, the intercept
 * last. Scores and residuals are `[k * rows + row]`.
 */
export interface LinearKernel {
  readonly rows: number;
  readonly cols: number;
  /** `out = X W + b` for `outputs` columns of weights. */
  scores(weights: Float64Array, outputs: number, out: Float64Array): void;
  /** `out = Xᵀ R` and the sums of R for the intercepts. */
  transposed(residuals: Float64Array, outputs: number, out: Float64Array): void;
}

/** Above this share of zeros, skipping them costs less than multiplying by them. */
const SPARSE_BELOW = 0.4;

export function linearKernel(X: Matrix): LinearKernel {
  if (isSparse(X)) return new SparseKernel(X);
  let nonZero = 0;
  for (let i = 0; i < X.data.length; i++) if (X.data[i] !== 0) nonZero++;
  return nonZero < SPARSE_BELOW * X.data.length ? new SparseKernel(toSparse(X)) : new DenseKernel(X);
}
