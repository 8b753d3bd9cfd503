import { eachRow } from '@geneformer-ts/analysis';
import { checkLabels, checkMatrix, type Matrix, ShapeError } from '@geneformer-ts/core';
import { logLoss } from '@geneformer-ts/eval';
import type { Label } from '../labeled-classifier.js';
import { probabilitiesOf } from '../labels.js';
import { leafOf, type Tree } from '../tree.js';

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

/** Rows that a model is watched on while it is fitted. */
export interface EvaluationSet {
  X: Matrix;
  y: Int32Array;
}

/** Rows that a model is watched on, with class names. */
export interface LabeledRows<L extends Label> {
  X: Matrix;
  y: readonly L[];
}

/** Follows the cross-entropy of held-out rows from round to round. */
export class EarlyStopping {
  /** Loss after each round. */
  readonly losses: number[] = [];
  /** Round of the least loss, from 0. */
  best = 0;
  private readonly margins: Float64Array;
  private readonly outputs: number;
  private readonly present: Int32Array;

  /**
   * @param counts training rows of each class
   * @param patience rounds without a lower loss; none for any number of them
   */
  constructor(
    private readonly held: EvaluationSet,
    cols: number,
    private readonly counts: Int32Array,
    private readonly patience = Infinity,
  ) {
    if (held.X.cols !== cols) throw new ShapeError('evaluation.X.cols', held.X.cols, cols, 'give the training columns');
    checkMatrix(held.X, true);
    checkLabels(held.X, held.y, counts.length);
    this.present = Int32Array.from(counts.keys()).filter((label) => counts[label] > 0);
    this.outputs = this.present.length === 2 ? 1 : this.present.length;
    this.margins = new Float64Array(this.outputs * held.X.rows);
  }

  /** Adds a round's trees, one an output, and says whether the fit should end. */
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
