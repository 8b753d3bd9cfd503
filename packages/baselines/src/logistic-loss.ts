/**
 * Sum of the weighted cross-entropy of the softmax of `scores[row * outputs + k]` over the rows `from … to - 1`; replaces the scores
 * by the derivatives of the loss with respect to them.
 */
export function softmaxLoss(
  scores: Float64Array,
  y: Int32Array,
  weightOf: Float64Array,
  from: number,
  to: number,
): number {
  const outputs = scores.length / y.length;
  let loss = 0;
  for (let row = from; row < to; row++) {
    const start = row * outputs;
    const end = start + outputs;
    const label = y[row];
    const weight = weightOf[label];
    const own = scores[start + label];
    let most = own;
    for (let at = start; at < end; at++) if (scores[at] > most) most = scores[at]!;
    let sum = 0;
    for (let at = start; at < end; at++) sum += scores[at] = Math.exp(scores[at] - most);
    loss += weight * (Math.log(sum) + most - own);
    const share = weight / sum;
    for (let at = start; at < end; at++) scores[at] *= share;
    scores[start + label] -= weight;
  }
  return loss;
}

/** The same for two classes and the log-odds of the second. */
export function logisticLoss(
  scores: Float64Array,
  y: Int32Array,
  weightOf: Float64Array,
  from: number,
  to: number,
): number {
  let loss = 0;
  for (let row = from; row < to; row++) {
    const score = scores[row];
    const label = y[row];
    const weight = weightOf[label];
    // log(1 + e^s) written so that neither a large s overflows nor a small one is lost.
    const decay = Math.exp(-Math.abs(score));
    loss += weight * (Math.max(score, 0) + Math.log1p(decay) - label * score);
    const probability = score >= 0 ? 1 / (1 + decay) : decay / (1 + decay);
    scores[row] = weight * (probability - label);
  }
  return loss;
}
