/**
 * Products of dense rows with weights and residuals, four rows at a time: each weight is read, and each gradient written, once for
 * four products. Rows are counted from the first of all, so that cutting the work up differently changes no sum.
 */

/** `out[row * outputs + k] = Σ X[row, j] × weights[j * outputs + k]` for the rows `from … to - 1`. */
export function denseScores(
  data: Float32Array | Float64Array,
  cols: number,
  weights: Float64Array,
  outputs: number,
  from: number,
  to: number,
  out: Float64Array,
): void {
  for (let k = 0; k < outputs; k++) {
    let row = from;
    for (; row + 4 <= to; row += 4) {
      const a = row * cols;
      const b = a + cols;
      const c = b + cols;
      const d = c + cols;
      let sumA = 0;
      let sumB = 0;
      let sumC = 0;
      let sumD = 0;
      for (let j = 0; j < cols; j++) {
        const weight = weights[j * outputs + k];
        sumA += data[a + j] * weight;
        sumB += data[b + j] * weight;
        sumC += data[c + j] * weight;
        sumD += data[d + j] * weight;
      }
      out[row * outputs + k] = sumA;
      out[(row + 1) * outputs + k] = sumB;
      out[(row + 2) * outputs + k] = sumC;
      out[(row + 3) * outputs + k] = sumD;
    }
    for (; row < to; row++) {
      let sum = 0;
      for (let j = 0; j < cols; j++) sum += data[row * cols + j] * weights[j * outputs + k];
      out[row * outputs + k] = sum;
    }
  }
}

/** `out[j * outputs + k] = Σ X[row, j] × residuals[row * outputs + k]` over all rows, for the columns `from … to - 1`. */
export function denseGradient(
  data: Float32Array | Float64Array,
  rows: number,
  cols: number,
  residuals: Float64Array,
  outputs: number,
  from: number,
  to: number,
  out: Float64Array,
): void {
  out.fill(0, from * outputs, to * outputs);
  for (let k = 0; k < outputs; k++) {
    let row = 0;
    for (; row + 4 <= rows; row += 4) {
      const a = row * cols;
      const b = a + cols;
      const c = b + cols;
      const d = c + cols;
      const residualA = residuals[row * outputs + k];
      const residualB = residuals[(row + 1) * outputs + k];
      const residualC = residuals[(row + 2) * outputs + k];
      const residualD = residuals[(row + 3) * outputs + k];
      for (let j = from; j < to; j++) {
        out[j * outputs + k] +=
          data[a + j] * residualA + data[b + j] * residualB + data[c + j] * residualC + data[d + j] * residualD;
      }
    }
    for (; row < rows; row++) {
      const residual = residuals[row * outputs + k];
      for (let j = from; j < to; j++) out[j * outputs + k] += data[row * cols + j] * residual;
    }
  }
}
