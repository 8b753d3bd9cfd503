import type { LinearKernel } from './linear-kernels.js';
import type { DenseMatrix } from './matrix.js';

/** Products with dense rows, four rows at a time: each weight is read, and each gradient written, once for four products. */
export class DenseKernel implements LinearKernel {
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
