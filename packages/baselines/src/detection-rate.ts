import { checkCount } from '@geneformer-ts/analysis';
import { isSparse, type Matrix } from '@geneformer-ts/core';
import { argmaxRows, checkFitted, checkTraining, type Classifier } from './classifier.js';

/** Options of {@link DetectionRateClassifier}. */
export interface DetectionRateOptions {
  /** Groups of about equally many training rows. Default 10. */
  groups?: number;
}

interface RateState {
  cols: number;
  classes: number;
  /** Largest rate of each group but the last. */
  bounds: Float64Array;
  /** Class shares of each group, group × class. */
  shares: Float64Array;
}

/**
 * Knows of a row only in what share of the columns it is not 0: a gene's share of cells, or a cell's share of genes. Rows are grouped
 * by it, and given the class shares of their group, each class one row ahead. A model that does not beat this rule has learned how
 * much was measured and nothing else.
 */
export class DetectionRateClassifier implements Classifier {
  private state: RateState | undefined;

  constructor(private readonly options: DetectionRateOptions = {}) {
    checkCount('groups', options.groups ?? 10, 2);
  }

  /** @throws ShapeError, ValueError, OneClassError, ArgumentError */
  fit(X: Matrix, y: Int32Array, classes: number): this {
    checkTraining('DetectionRateClassifier', X, y, classes);
    const rates = detectionRates(X);
    const sorted = rates.slice().sort();
    const { groups = 10 } = this.options;
    const quantiles = Array.from(
      { length: groups - 1 },
      (_, g) => sorted[Math.ceil(((g + 1) * y.length) / groups) - 1],
    );
    const bounds = Float64Array.from(new Set(quantiles));
    const shares = new Float64Array((bounds.length + 1) * classes).fill(1);
    y.forEach((label, row) => shares[groupOf(rates[row], bounds) * classes + label]++);
    for (let start = 0; start < shares.length; start += classes) {
      const ofGroup = shares.subarray(start, start + classes);
      const all = ofGroup.reduce((sum, share) => sum + share, 0);
      for (let label = 0; label < classes; label++) ofGroup[label] /= all;
    }
    this.state = { cols: X.cols, classes, bounds, shares };
    return this;
  }

  /** @throws NotFittedError, ShapeError, ValueError */
  predictProba(X: Matrix): Float32Array {
    const { classes, bounds, shares } = checkFitted('DetectionRateClassifier', this.state, X);
    const probabilities = new Float32Array(X.rows * classes);
    detectionRates(X).forEach((rate, row) => {
      const group = groupOf(rate, bounds) * classes;
      probabilities.set(shares.subarray(group, group + classes), row * classes);
    });
    return probabilities;
  }

  /** @throws NotFittedError, ShapeError, ValueError */
  predict(X: Matrix): Int32Array {
    return argmaxRows(this.predictProba(X), this.state!.classes);
  }
}

/** Share of each row's values that are not 0. */
function detectionRates(X: Matrix): Float64Array {
  const rates = new Float64Array(X.rows);
  for (let row = 0; row < X.rows; row++) {
    const [start, end] = isSparse(X) ? [X.indptr[row], X.indptr[row + 1]] : [row * X.cols, (row + 1) * X.cols];
    for (let i = start; i < end; i++) if (X.data[i] !== 0) rates[row] += 1 / X.cols;
  }
  return rates;
}

function groupOf(rate: number, bounds: Float64Array): number {
  let group = 0;
  while (group < bounds.length && rate > bounds[group]) group++;
  return group;
}
