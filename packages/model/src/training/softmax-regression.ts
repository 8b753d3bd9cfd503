/** Rows of features, row-major. */
export interface Rows {
  data: Float32Array;
  rows: number;
  cols: number;
}

/** A fitted model: logits are row × coefficients + intercepts. */
export interface SoftmaxModel {
  /** [cols × classes] */
  coefficients: Float64Array;
  intercepts: Float64Array;
}

const MOST_ITERATIONS = 2000;
/** Largest component of the gradient of the mean loss at the end, as in scikit-learn. */
const TOLERANCE = 1e-4;

/**
 * Fits multinomial logistic regression: minimizes ½‖coefficients‖² + strength × Σ weight × loss by accelerated gradient descent with
 * restarts (O'Donoghue and Candès 2015). Intercepts have no penalty. It is meant for a few hundred features of variance 1.
 *
 * @param labels class of each row
 */
export function fitSoftmax(
  { data, rows, cols }: Rows,
  labels: Int32Array,
  classes: number,
  { strength, rowWeights }: { strength: number; rowWeights: Float64Array },
): SoftmaxModel {
  const width = cols + 1;
  // The last row of each matrix belongs to the intercepts.
  const current = new Float64Array(width * classes);
  const ahead = current.slice();
  const gradient = new Float64Array(width * classes);
  const total = rowWeights.reduce((sum, weight) => sum + weight, 0);
  const penalty = 1 / (strength * total);
  const step = 1 / (0.5 * largestCurvature({ data, rows, cols }, rowWeights, total) + penalty);
  let momentum = 1;
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    gradientAt(ahead);
    if (gradient.every((value) => Math.abs(value) <= TOLERANCE)) break;
    const next = (1 + Math.sqrt(1 + 4 * momentum ** 2)) / 2;
    const pull = (momentum - 1) / next;
    let uphill = 0;
    for (let i = 0; i < current.length; i++) {
      const moved = ahead[i] - step * gradient[i];
      const change = moved - current[i];
      uphill += gradient[i] * change;
      ahead[i] = moved + pull * change;
      current[i] = moved;
    }
    momentum = uphill > 0 ? 1 : next;
    if (uphill > 0) ahead.set(current);
  }
  return { coefficients: current.subarray(0, cols * classes), intercepts: current.subarray(cols * classes) };

  /** Writes the gradient of the mean loss and the penalty. */
  function gradientAt(at: Float64Array): void {
    gradient.forEach((_, i) => (gradient[i] = i < cols * classes ? penalty * at[i] : 0));
    const errors = new Float64Array(classes);
    for (let row = 0; row < rows; row++) {
      for (let c = 0; c < classes; c++) errors[c] = at[cols * classes + c];
      for (let col = 0; col < cols; col++) {
        const value = data[row * cols + col];
        for (let c = 0; c < classes; c++) errors[c] += value * at[col * classes + c];
      }
      toErrors(errors, labels[row], rowWeights[row] / total);
      for (let col = 0; col < cols; col++) {
        const value = data[row * cols + col];
        for (let c = 0; c < classes; c++) gradient[col * classes + c] += value * errors[c];
      }
      for (let c = 0; c < classes; c++) gradient[cols * classes + c] += errors[c];
    }
  }
}

/** Replaces logits by (probability − truth) × weight. */
function toErrors(logits: Float64Array, label: number, weight: number): void {
  const highest = logits.reduce((a, b) => Math.max(a, b));
  let sum = 0;
  for (let c = 0; c < logits.length; c++) {
    logits[c] = Math.exp(logits[c] - highest);
    sum += logits[c];
  }
  for (let c = 0; c < logits.length; c++) logits[c] = (logits[c] / sum - (c === label ? 1 : 0)) * weight;
}

/** Returns an upper bound of the largest eigenvalue of the weighted second moments, intercept included, by power iteration. */
function largestCurvature({ data, rows, cols }: Rows, rowWeights: Float64Array, total: number): number {
  let vector = new Float64Array(cols + 1).fill(1 / Math.sqrt(cols + 1));
  let value = 1;
  for (let turn = 0; turn < 20; turn++) {
    const next = new Float64Array(cols + 1);
    for (let row = 0; row < rows; row++) {
      let dot = vector[cols];
      for (let col = 0; col < cols; col++) dot += data[row * cols + col] * vector[col];
      dot *= rowWeights[row] / total;
      for (let col = 0; col < cols; col++) next[col] += data[row * cols + col] * dot;
      next[cols] += dot;
    }
    value = Math.sqrt(next.reduce((sum, x) => sum + x * x, 0));
    vector = next.map((x) => x / value);
  }
  // Power iteration approaches the eigenvalue from below.
  return 1.1 * value;
}
