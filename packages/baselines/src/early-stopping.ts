import { eachRow } from '@geneformer-ts/analysis';
import { checkLabels, checkMatrix, type Matrix, ShapeError } from '@geneformer-ts/core';
import { logLoss } from '@geneformer-ts/eval';
import { probabilitiesOf } from './class-set.js';
import { leafOf, type Tree } from './tree.js';

/** Rows that a model is watched on while it is fitted. */
export interface EvaluationSet {
  X: Matrix;
  y: Int32Array;
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
