import { ArgumentError } from '@geneformer-ts/core';
import { checkLabels, checkLength } from './checks.js';
import { UndefinedStatisticError } from './errors.js';
import { checkScore, type Scores } from './ranking.js';

/** Accuracy of a model at one level of confidence. */
export interface CalibrationBin {
  /** Number of rows whose highest probability is in the bin. */
  rows: number;
  /** Mean of the highest probabilities. */
  confidence: number;
  /** Share of the rows with a correct prediction. */
  accuracy: number;
}

/**
 * Returns a calibration curve with bins of equal width over the probability of the predicted class. Skips empty bins.
 *
 * @param bins number of bins, each open on the left. Default 15
 * @throws LengthMismatchError, LabelRangeError, ArgumentError
 */
export function calibrationCurve(
  truth: Int32Array,
  probabilities: Scores,
  classes: number,
  bins = 15,
): CalibrationBin[] {
  checkLabels('truth', truth, classes);
  checkLength('probabilities', probabilities.length, truth.length * classes);
  if (!Number.isInteger(bins) || bins < 1) throw ArgumentError.of('bins', bins, 'a whole number of at least 1');
  const rows = new Int32Array(bins);
  const confidence = new Float64Array(bins);
  const right = new Int32Array(bins);
  for (let row = 0; row < truth.length; row++) {
    const ofRow = probabilities.subarray(row * classes, (row + 1) * classes);
    let best = 0;
    for (let label = 0; label < classes; label++) if (checkScore(ofRow[label], row) > ofRow[best]) best = label;
    const bin = Math.min(Math.max(Math.ceil(ofRow[best] * bins) - 1, 0), bins - 1);
    rows[bin]++;
    confidence[bin] += ofRow[best];
    if (truth[row] === best) right[bin]++;
  }
  return Array.from(rows, (count, bin) => ({
    rows: count,
    confidence: confidence[bin] / count,
    accuracy: right[bin] / count,
  })).filter((bin) => bin.rows > 0);
}

/**
 * Returns the expected calibration error (Guo et al. 2017): the mean distance between confidence and accuracy over the
 * bins of {@link calibrationCurve}, weighted by rows. 0 is best.
 *
 * @throws UndefinedStatisticError without rows, LengthMismatchError, LabelRangeError, ArgumentError
 */
export function expectedCalibrationError(truth: Int32Array, probabilities: Scores, classes: number, bins = 15): number {
  if (truth.length === 0) {
    throw new UndefinedStatisticError('expectedCalibrationError', 'got no rows', 'score at least one prediction');
  }
  return calibrationCurve(truth, probabilities, classes, bins).reduce(
    (sum, bin) => sum + (bin.rows / truth.length) * Math.abs(bin.confidence - bin.accuracy),
    0,
  );
}
