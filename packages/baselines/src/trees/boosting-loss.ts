import { eachRow } from '@geneformer-ts/analysis';
import { checkLabels, checkMatrix, type Matrix, ShapeError } from '@geneformer-ts/core';
import { logLoss } from '@geneformer-ts/eval';
import type { Label } from '../labeled-classifier.js';
import { probabilitiesOf } from '../labels.js';
import { leafOf, type Tree } from './tree.js';

/** Minimum second derivative, as in XGBoost. */
const MIN_HESSIAN = 1e-16;

/**
 * Returns the first and second derivative of the cross-entropy with respect to each margin, as in XGBoost. For softmax the second
 * derivative is `2 p (1 - p)`, XGBoost's upper bound of the Hessian's diagonal.
 *
 * @param margins `margins[k * rows + row]`
 * @returns two numbers per margin, in the order of the margins
 */
export function derivativesOf(margins: Float64Array, y: Int32Array, outputs: number): Float64Array {
  const rows = y.length;
  const derivatives = new Float64Array(2 * margins.length);
  for (let row = 0; row < rows; row++) {
    const label = y[row];
    if (outputs === 1) {
      const probability = 1 / (1 + Math.exp(-margins[row]));
      derivatives[2 * row] = probability - label;
      derivatives[2 * row + 1] = Math.max(probability * (1 - probability), MIN_HESSIAN);
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
      derivatives[at + 1] = Math.max(2 * probability * (1 - probability), MIN_HESSIAN);
    }
  }
  return derivatives;
}

/**
 * Returns the margin of each output before the first tree.
 *
 * @param counts number of training rows of each class; classes without rows have no output
 * @param baseScore probability of the second class of two; default the shares of the classes
 */
export function startingMargins(counts: Int32Array, baseScore?: number): Float64Array {
  const present = counts.filter((count) => count > 0);
  if (present.length === 2) {
    return Float64Array.of(Math.log(baseScore === undefined ? present[1] / present[0] : baseScore / (1 - baseScore)));
  }
  // The same margin for every class changes no probability.
  if (baseScore !== undefined) return new Float64Array(present.length);
  const logs = Float64Array.from(present, (count) => Math.log(count));
  const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
  return logs.map((value) => value - mean);
}

/** Returns each value `times` times. */
export function repeated(values: Float64Array, times: number): Float64Array {
  const out = new Float64Array(values.length * times);
  values.forEach((value, i) => out.fill(value, i * times, (i + 1) * times));
  return out;
}

/** Held-out rows on which the loss is evaluated during a fit. */
export interface EvaluationSet {
  X: Matrix;
  y: Int32Array;
}

/** Held-out rows with class names, on which the loss is evaluated during a fit. */
export interface LabeledRows<L extends Label> {
  X: Matrix;
  y: readonly L[];
}

/** Computes the cross-entropy of held-out rows after each round. */
export class EarlyStopping {
  /** Loss after each round. */
  readonly losses: number[] = [];
  /** Round with the lowest loss, from 0. */
  best = 0;
  private readonly margins: Float64Array;
  private readonly present: Int32Array;

  /**
   * @param counts number of training rows of each class
   * @param baseMargins margin of each output before the first tree
   * @param patience number of rounds without a lower loss after which to stop; default never
   * @throws ShapeError, ValueError
   */
  constructor(
    private readonly held: EvaluationSet,
    cols: number,
    private readonly counts: Int32Array,
    baseMargins: Float64Array,
    private readonly patience = Infinity,
  ) {
    if (held.X.cols !== cols) throw new ShapeError('evaluation.X.cols', held.X.cols, cols, 'give the training columns');
    checkMatrix(held.X, true);
    checkLabels(held.X, held.y, counts.length);
    this.present = Int32Array.from(counts.keys()).filter((label) => counts[label] > 0);
    this.margins = repeated(baseMargins, held.X.rows);
  }

  /** Adds the trees of a round, one per output, and returns whether the fit should stop. */
  isOver(trees: readonly Tree[]): boolean {
    const { X, y } = this.held;
    const round = this.losses.length;
    eachRow(X, (row, values, offset) => {
      for (let k = 0; k < trees.length; k++) {
        this.margins[k * X.rows + row] += trees[k].value[leafOf(trees[k], values, offset)];
      }
    });
    const classes = this.counts.length;
    this.losses.push(logLoss(y, probabilitiesOf(this.margins, X.rows, classes, this.present), classes));
    if (this.losses[round] < this.losses[this.best]) this.best = round;
    return round - this.best >= this.patience;
  }
}
