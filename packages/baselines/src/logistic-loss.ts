/**
 * Sum over rows of the weighted cross-entropy of the softmax of `scores[k * rows + row]`; replaces the scores by the
 * derivatives of the loss with respect to them.
 */
export function softmaxLoss(scores: Float64Array, y: Int32Array, weightOf: Float64Array): number {
  const rows = y.length;
  const outputs = scores.length / rows;
  let loss = 0;
  for (let row = 0; row < rows; row++) {
    const label = y[row]!;
    const weight = weightOf[label]!;
    const own = scores[label * rows + row]!;
    let most = own;
    for (let at = row; at < scores.length; at += rows) if (scores[at]! > most) most = scores[at]!;
    let sum = 0;
    for (let at = row; at < scores.length; at += rows) sum += scores[at] = Math.exp(scores[at]! - most);
    loss += weight * (Math.log(sum) + most - own);
    for (let k = 0; k < outputs; k++) {
      const at = k * rows + row;
      scores[at] = weight * (scores[at]! / sum - (k === label ? 1 : 0));
    }
  }
  return loss;
}

/** The same for two classes and the log-odds of the second. */
export function logisticLoss(scores: Float64Array, y: Int32Array, weightOf: Float64Array): number {
  let loss = 0;
  for (let row = 0; row < y.length; row++) {
    const score = scores[row]!;
    const label = y[row]!;
    const weight = weightOf[label]!;
    // log(1 + e^s) written so that neither a large s overflows nor a small one is lost.
    const decay = Math.exp(-Math.abs(score));
    loss += weight * (Math.max(score, 0) + Math.log1p(decay) - label * score);
    const probability = score >= 0 ? 1 / (1 + decay) : decay / (1 + decay);
    scores[row] = weight * (probability - label);
  }
  return loss;
}
