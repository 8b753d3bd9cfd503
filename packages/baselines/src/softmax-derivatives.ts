/** XGBoost's floor of a second derivative. */
const LEAST_HESSIAN = 1e-16;

/**
 * First and second derivatives of the cross-entropy with respect to `margins[k * rows + row]`, as XGBoost has them: two
 * numbers a row, output after output. For softmax the second is `2 p (1 - p)`, XGBoost's bound of the Hessian's diagonal.
 */
export function derivativesOf(margins: Float64Array, y: Int32Array, outputs: number): Float64Array {
  const rows = y.length;
  const derivatives = new Float64Array(2 * margins.length);
  for (let row = 0; row < rows; row++) {
    const label = y[row];
    if (outputs === 1) {
      const probability = 1 / (1 + Math.exp(-margins[row]));
      derivatives[2 * row] = probability - label;
      derivatives[2 * row + 1] = Math.max(probability * (1 - probability), LEAST_HESSIAN);
      continue;
    }
    let most = -Infinity;
    for (let k = 0; k < outputs; k++) most = Math.max(most, margins[k * rows + row]);
    let sum = 0;
    for (let k = 0; k < outputs; k++) {
      const exponential = Math.exp(margins[k * rows + row] - most);
      derivatives[2 * (k * rows + row)] = exponential;
      sum += exponential;
    }
    for (let k = 0; k < outputs; k++) {
      const at = 2 * (k * rows + row);
      const probability = derivatives[at] / sum;
      derivatives[at] = probability - (k === label ? 1 : 0);
      derivatives[at + 1] = Math.max(2 * probability * (1 - probability), LEAST_HESSIAN);
    }
  }
  return derivatives;
}
