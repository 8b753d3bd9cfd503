import { interleave, LANES, paddedOutputs, separate } from './interleave.js';
import type { LinearKernel } from './linear-kernels.js';
import type { SparseMatrix } from './matrix.js';

/** Products with compressed sparse rows: each stored value is read once for four outputs. */
export class SparseKernel implements LinearKernel {
  readonly rows: number;
  readonly cols: number;

  constructor(private readonly X: SparseMatrix) {
    this.rows = X.rows;
    this.cols = X.cols;
  }

  scores(weights: Float64Array, outputs: number, out: Float64Array): void {
    if (outputs === 1) {
      scoresOfOne(this.X, weights, out);
      return;
    }
    const padded = paddedOutputs(outputs);
    const interleaved = interleave(weights, outputs);
    const scores = new Float64Array(this.rows * padded);
    for (let lane = 0; lane < padded; lane += LANES) scoresOfFour(this.X, interleaved, padded, lane, scores);
    separate(scores, outputs, out);
  }

  transposed(residuals: Float64Array, outputs: number, out: Float64Array): void {
    if (outputs === 1) {
      transposedOfOne(this.X, residuals, out);
      return;
    }
    const padded = paddedOutputs(outputs);
    const interleaved = interleave(residuals, outputs);
    const gradient = new Float64Array((this.cols + 1) * padded);
    for (let lane = 0; lane < padded; lane += LANES) transposedOfFour(this.X, interleaved, padded, lane, gradient);
    separate(gradient, outputs, out);
  }
}

function scoresOfOne(
  { rows, cols, indptr, indices, data }: SparseMatrix,
  weights: Float64Array,
  out: Float64Array,
): void {
  for (let row = 0; row < rows; row++) {
    const end = indptr[row + 1]!;
    let sum = weights[cols]!;
    for (let i = indptr[row]!; i < end; i++) sum += data[i]! * weights[indices[i]!]!;
    out[row] = sum;
  }
}

function scoresOfFour(
  { rows, cols, indptr, indices, data }: SparseMatrix,
  weights: Float64Array,
  padded: number,
  lane: number,
  out: Float64Array,
): void {
  const intercept = cols * padded + lane;
  for (let row = 0; row < rows; row++) {
    const end = indptr[row + 1]!;
    let a = weights[intercept]!;
    let b = weights[intercept + 1]!;
    let c = weights[intercept + 2]!;
    let d = weights[intercept + 3]!;
    for (let i = indptr[row]!; i < end; i++) {
      const value = data[i]!;
      const at = indices[i]! * padded + lane;
      a += value * weights[at]!;
      b += value * weights[at + 1]!;
      c += value * weights[at + 2]!;
      d += value * weights[at + 3]!;
    }
    const to = row * padded + lane;
    out[to] = a;
    out[to + 1] = b;
    out[to + 2] = c;
    out[to + 3] = d;
  }
}

function transposedOfOne(X: SparseMatrix, residuals: Float64Array, out: Float64Array): void {
  const { rows, cols, indptr, indices, data } = X;
  out.fill(0);
  for (let row = 0; row < rows; row++) {
    const residual = residuals[row]!;
    if (residual === 0) continue;
    const end = indptr[row + 1]!;
    for (let i = indptr[row]!; i < end; i++) out[indices[i]!]! += data[i]! * residual;
    out[cols]! += residual;
  }
}

function transposedOfFour(
  { rows, cols, indptr, indices, data }: SparseMatrix,
  residuals: Float64Array,
  padded: number,
  lane: number,
  out: Float64Array,
): void {
  const intercept = cols * padded + lane;
  for (let row = 0; row < rows; row++) {
    const from = row * padded + lane;
    const a = residuals[from]!;
    const b = residuals[from + 1]!;
    const c = residuals[from + 2]!;
    const d = residuals[from + 3]!;
    const end = indptr[row + 1]!;
    for (let i = indptr[row]!; i < end; i++) {
      const value = data[i]!;
      const at = indices[i]! * padded + lane;
      out[at]! += value * a;
      out[at + 1]! += value * b;
      out[at + 2]! += value * c;
      out[at + 3]! += value * d;
    }
    out[intercept]! += a;
    out[intercept + 1]! += b;
    out[intercept + 2]! += c;
    out[intercept + 3]! += d;
  }
}
