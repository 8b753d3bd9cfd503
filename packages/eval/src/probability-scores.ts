import { checkLabels, checkLength, type RowWeights } from './checks.js';
import { UndefinedStatisticError } from './errors.js';
import { checkScore, type Scores } from './ranking.js';

/**
 * Returns the log loss: the mean negative log-probability of the true class, in nats. Probabilities below `epsilon`
 * (default 2^-52) are raised to it, so that the loss is finite.
 *
 * @param probabilities rows × classes, row-major, each row summing to 1
 * @throws UndefinedStatisticError without rows, LengthMismatchError, LabelRangeError, ArgumentError for a NaN
 */
export function logLoss(
  truth: Int32Array,
  probabilities: Scores,
  classes: number,
  weights?: RowWeights,
  epsilon = Number.EPSILON,
): number {
  check('logLoss', truth, probabilities, classes, weights);
  let loss = 0;
  let all = 0;
  for (let row = 0; row < truth.length; row++) {
    const weight = weights === undefined ? 1 : weights[row];
    const probability = probabilities[row * classes + truth[row]];
    loss -= weight * Math.log(Math.min(Math.max(probability, epsilon), 1));
    all += weight;
  }
  return loss / all;
}

/**
 * Returns the Brier score: the mean over rows of the squared distance between the probabilities and the true class,
 * summed over classes. With two classes it is halved, as scikit-learn's `brier_score_loss`. 0 is best.
 *
 * @param probabilities rows × classes, row-major
 * @throws UndefinedStatisticError without rows, LengthMismatchError, LabelRangeError, ArgumentError for a NaN
 */
export function brierScore(truth: Int32Array, probabilities: Scores, classes: number, weights?: RowWeights): number {
  check('brierScore', truth, probabilities, classes, weights);
  let sum = 0;
  let all = 0;
  for (let row = 0; row < truth.length; row++) {
    const weight = weights === undefined ? 1 : weights[row];
    let squares = 0;
    for (let label = 0; label < classes; label++) {
      const target = truth[row] === label ? 1 : 0;
      squares += (probabilities[row * classes + label] - target) ** 2;
    }
    sum += weight * squares;
    all += weight;
  }
  return sum / all / (classes === 2 ? 2 : 1);
}

function check(
  statistic: string,
  truth: Int32Array,
  probabilities: Scores,
  classes: number,
  weights?: RowWeights,
): void {
  checkLabels('truth', truth, classes);
  checkLength('probabilities', probabilities.length, truth.length * classes);
  if (weights) checkLength('weights', weights.length, truth.length);
  if (truth.length === 0) {
    throw new UndefinedStatisticError(statistic, 'got no rows', 'score at least one prediction');
  }
  for (let i = 0; i < probabilities.length; i++) checkScore(probabilities[i], Math.floor(i / classes));
}
