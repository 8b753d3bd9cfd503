import { checkCount } from '@geneformer-ts/analysis';
import { LabeledClassifier } from './labeled-classifier.js';
import {
  ArgumentError,
  checkChoice,
  checkLabels,
  checkOptions,
  isSparse,
  type Matrix,
  type OptionNames,
} from '@geneformer-ts/core';
import { argmaxRows, checkFitted, checkTraining } from './classifier.js';

/** Options of {@link DummyClassifier}; names and defaults are scikit-learn's. */
export interface DummyClassifierOptions {
  /**
   * Probabilities of every row: `'prior'`, the class shares of the training rows, or `'most_frequent'`, 1 for the most frequent class.
   * Both predict the most frequent class. Default `'prior'`.
   */
  strategy?: 'prior' | 'most_frequent';
}

const dummyOptionNames: OptionNames<DummyClassifierOptions> = { strategy: true };

/**
 * Ignores the features and predicts the most frequent class, as scikit-learn's `DummyClassifier` does. The lower bound for every
 * other model.
 *
 * ```ts
 * const X = { rows: 4, cols: 1, data: new Float32Array(4) };
 * const model = new DummyClassifier().fit(X, ['b', 'a', 'b', 'b']);
 * model.predictProba(X).slice(0, 2); // [0.25, 0.75], of classes_ ['a', 'b']
 * ```
 */
export class DummyClassifier extends LabeledClassifier {
  private state: { cols: number; shares: Float32Array } | undefined;

  constructor(private readonly options: DummyClassifierOptions = {}) {
    super();
    checkOptions('DummyClassifier', options, dummyOptionNames);
    const { strategy = 'prior' } = options;
    checkChoice('strategy', strategy, ['prior', 'most_frequent']);
  }

  /** @throws ShapeError, ValueError; ArgumentError when `X` is empty */
  protected fitEncoded(X: Matrix, y: Int32Array, classes: number): void {
    checkLabels(X, y, classes);
    if (y.length === 0) throw ArgumentError.of('y', [], 'at least one training row');
    const shares = new Float32Array(classes);
    for (const label of y) shares[label] += 1;
    const [most] = argmaxRows(shares, classes);
    const { strategy = 'prior' } = this.options;
    this.state = {
      cols: X.cols,
      shares: shares.map((count, label) => (strategy === 'prior' ? count / y.length : Number(label === most))),
    };
  }

  /**
   * Returns the same probabilities for every row, rows × classes.
   *
   * @throws NotFittedError, ShapeError, ValueError
   */
  predictProba(X: Matrix): Float32Array {
    const { shares } = checkFitted('DummyClassifier', this.state, X);
    const probabilities = new Float32Array(X.rows * shares.length);
    for (let row = 0; row < X.rows; row++) probabilities.set(shares, row * shares.length);
    return probabilities;
  }
}

/** Options of {@link DetectionRateClassifier}. */
export interface DetectionRateOptions {
  /** Number of groups, each with about the same number of training rows. Default 10. */
  groups?: number;
}

const rateOptionNames: OptionNames<DetectionRateOptions> = { groups: true };

interface RateState {
  cols: number;
  classes: number;
  /** Largest rate of each group except the last. */
  bounds: Float64Array;
  /** Class shares of each group, group × class. */
  shares: Float64Array;
}

/**
 * Predicts from the detection rate alone: the share of a row's values that are not 0, so for a gene the share of cells and for a cell
 * the share of genes. Rows are grouped by rate and get the class shares of their group, after one row of every class was added. A
 * model that does not outperform it may have learned only how much was measured.
 *
 * ```ts
 * const X = { rows: 4, cols: 2, data: Float32Array.of(1, 1, 2, 1, 1, 0, 0, 3) };
 * const model = new DetectionRateClassifier({ groups: 2 }).fit(X, ['high', 'high', 'low', 'low']);
 * model.predictProba(X).slice(0, 2); // [0.75, 0.25], of classes_ ['high', 'low']
 * ```
 */
export class DetectionRateClassifier extends LabeledClassifier {
  private state: RateState | undefined;

  constructor(private readonly options: DetectionRateOptions = {}) {
    super();
    checkOptions('DetectionRateClassifier', options, rateOptionNames);
    checkCount('groups', options.groups ?? 10, 2);
  }

  /** @throws ShapeError, ValueError, OneClassError, ArgumentError */
  protected fitEncoded(X: Matrix, y: Int32Array, classes: number): void {
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
  }

  /**
   * Returns the class shares of each row's group, rows × classes.
   *
   * @throws NotFittedError, ShapeError, ValueError
   */
  predictProba(X: Matrix): Float32Array {
    const { classes, bounds, shares } = checkFitted('DetectionRateClassifier', this.state, X);
    const probabilities = new Float32Array(X.rows * classes);
    detectionRates(X).forEach((rate, row) => {
      const group = groupOf(rate, bounds) * classes;
      probabilities.set(shares.subarray(group, group + classes), row * classes);
    });
    return probabilities;
  }
}

/** Returns the share of each row's values that are not 0. */
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
