import { isSparse, toSparse, type DenseMatrix, type Matrix, type SparseMatrix } from './matrix.js';

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

class SparseKernel implements LinearKernel {
  readonly rows: number;
  readonly cols: number;

  constructor(private readonly X: SparseMatrix) {
    this.rows = X.rows;
    this.cols = X.cols;
  }

  scores(weights: Float64Array, outputs: number, out: Float64Array): void {
    const { rows, cols, indptr, indices, data } = this.X;
    for (let k = 0; k < outputs; k++) {
      const w = weights.subarray(k * (cols + 1), (k + 1) * (cols + 1));
      const intercept = w[cols]!;
      for (let row = 0; row < rows; row++) {
        const end = indptr[row + 1]!;
        let sum = intercept;
        for (let i = indptr[row]!; i < end; i++) sum += data[i]! * w[indices[i]!]!;
        out[k * rows + row] = sum;
      }
    }
  }

  transposed(residuals: Float64Array, outputs: number, out: Float64Array): void {
    const { rows, cols, indptr, indices, data } = this.X;
    out.fill(0);
    for (let k = 0; k < outputs; k++) {
      const gradient = out.subarray(k * (cols + 1), (k + 1) * (cols + 1));
      for (let row = 0; row < rows; row++) {
        const residual = residuals[k * rows + row]!;
        if (residual === 0) continue;
        const end = indptr[row + 1]!;
        for (let i = indptr[row]!; i < end; i++) gradient[indices[i]!]! += data[i]! * residual;
        gradient[cols]! += residual;
      }
    }
  }
}

/** Four rows at a time, so that each weight is read, and each gradient written, once for four products. */
class DenseKernel implements LinearKernel {
  readonly rows: number;
  readonly cols: number;

  constructor(private readonly X: DenseMatrix) {
    this.rows = X.rows;
    this.cols = X.cols;
  }

  scores(weights: Float64Array, outputs: number, out: Float64Array): void {
    const { rows, cols, data } = this.X;
    const blocked = rows - (rows % 4);
    for (let row = 0; row < blocked; row += 4) {
      for (let k = 0; k < outputs; k++) scoreFourRows(data, row, cols, weights, k * (cols + 1), out, k * rows + row);
    }
    for (let row = blocked; row < rows; row++) {
      for (let k = 0; k < outputs; k++) {
        const w = k * (cols + 1);
        let sum = weights[w + cols]!;
        for (let j = 0; j < cols; j++) sum += data[row * cols + j]! * weights[w + j]!;
        out[k * rows + row] = sum;
      }
    }
  }

  transposed(residuals: Float64Array, outputs: number, out: Float64Array): void {
    const { rows, cols, data } = this.X;
    out.fill(0);
    const blocked = rows - (rows % 4);
    for (let row = 0; row < blocked; row += 4) {
      for (let k = 0; k < outputs; k++) addFourRows(data, row, cols, residuals, k * rows + row, out, k * (cols + 1));
    }
    for (let row = blocked; row < rows; row++) {
      for (let k = 0; k < outputs; k++) {
        const residual = residuals[k * rows + row]!;
        const at = k * (cols + 1);
        for (let j = 0; j < cols; j++) out[at + j]! += data[row * cols + j]! * residual;
        out[at + cols]! += residual;
      }
    }
  }
}

function scoreFourRows(
  data: Float32Array,
  row: number,
  cols: number,
  weights: Float64Array,
  w: number,
  out: Float64Array,
  at: number,
): void {
  const a = row * cols;
  const b = a + cols;
  const c = b + cols;
  const d = c + cols;
  const intercept = weights[w + cols]!;
  let sumA = intercept;
  let sumB = intercept;
  let sumC = intercept;
  let sumD = intercept;
  for (let j = 0; j < cols; j++) {
    const weight = weights[w + j]!;
    sumA += data[a + j]! * weight;
    sumB += data[b + j]! * weight;
    sumC += data[c + j]! * weight;
    sumD += data[d + j]! * weight;
  }
  out[at] = sumA;
  out[at + 1] = sumB;
  out[at + 2] = sumC;
  out[at + 3] = sumD;
}

function addFourRows(
  data: Float32Array,
  row: number,
  cols: number,
  residuals: Float64Array,
  r: number,
  out: Float64Array,
  at: number,
): void {
  const a = row * cols;
  const b = a + cols;
  const c = b + cols;
  const d = c + cols;
  const residualA = residuals[r]!;
  const residualB = residuals[r + 1]!;
  const residualC = residuals[r + 2]!;
  const residualD = residuals[r + 3]!;
  for (let j = 0; j < cols; j++) {
    out[at + j]! +=
      data[a + j]! * residualA + data[b + j]! * residualB + data[c + j]! * residualC + data[d + j]! * residualD;
  }
  out[at + cols]! += residualA + residualB + residualC + residualD;
}
