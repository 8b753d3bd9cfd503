import {
  ArgumentError,
  checkOptions,
  type CsrMatrix,
  type DenseMatrix,
  isSparse,
  type Matrix,
  type OptionNames,
  ShapeError,
} from '@geneformer-ts/core';
import { NotFittedError } from '../errors.js';

/** Options of {@link StandardScaler}. */
export interface StandardScalerOptions {
  /**
   * Subtract each column's mean. Default true for dense features and false for sparse ones, because a centered sparse matrix is no
   * longer sparse. Classifiers with an intercept do not need centered features.
   */
  withMean?: boolean;
  /** Clips absolute values after scaling (scanpy's `max_value`), which limits genes detected in few cells. Default none. */
  maxValue?: number;
}

const known: OptionNames<StandardScalerOptions> = { withMean: true, maxValue: true };

/**
 * Divides each column by its population standard deviation, as scikit-learn's `StandardScaler` does. Constant columns are not divided.
 *
 * ```ts
 * const X = { rows: 2, cols: 2, data: Float32Array.of(0, 5, 4, 5) };
 * new StandardScaler().fit(X).transform(X).data; // [-1, 0, 1, 0]
 * ```
 */
export class StandardScaler {
  /** Mean of each column; undefined before `fit`. */
  mean: Float64Array | undefined;
  /** Standard deviation of each column, or 1 where it is 0; undefined before `fit`. */
  scale: Float64Array | undefined;

  constructor(private readonly options: StandardScalerOptions = {}) {
    checkOptions('StandardScaler', options, known);
    const { maxValue = Infinity } = options;
    if (!(maxValue > 0)) throw ArgumentError.of('maxValue', maxValue, 'a number above 0, or leave it out');
  }

  /** Computes the mean and standard deviation of each column of the training rows. */
  fit(X: Matrix): this {
    const sum = new Float64Array(X.cols);
    const squares = new Float64Array(X.cols);
    eachValue(X, (col, value) => (sum[col] += value));
    const mean = sum.map((total) => total / X.rows);
    // Sums squared deviations: E[x²] - E[x]² would lose small variances to rounding.
    const seen = new Float64Array(X.cols);
    eachValue(X, (col, value) => {
      seen[col]++;
      squares[col] += (value - mean[col]) ** 2;
    });
    this.mean = mean;
    this.scale = squares.map((total, col) => {
      const zeros = X.rows - seen[col];
      return Math.sqrt((total + zeros * mean[col] ** 2) / X.rows) || 1;
    });
    return this;
  }

  /**
   * Returns the scaled features.
   *
   * @throws NotFittedError, ShapeError, ArgumentError when `withMean` is true and X is sparse
   */
  transform(X: DenseMatrix): DenseMatrix;
  transform(X: CsrMatrix): CsrMatrix;
  transform(X: Matrix): Matrix;
  transform(X: Matrix): Matrix {
    const { mean, scale } = this;
    if (!mean || !scale) throw new NotFittedError('StandardScaler', 'scaled features', 'fit(X)');
    if (X.cols !== scale.length)
      throw new ShapeError('X.cols', X.cols, scale.length, 'give the columns that the scaler was fitted on');
    const { withMean = !isSparse(X), maxValue = Infinity } = this.options;
    if (withMean && isSparse(X))
      throw ArgumentError.of('withMean', true, 'false for sparse features, or convert them with toDense()');
    const data = new Float32Array(X.data.length);
    for (let i = 0; i < data.length; i++) {
      const col = isSparse(X) ? X.indices[i] : i % X.cols;
      const value = (X.data[i] - (withMean ? mean[col] : 0)) / scale[col];
      data[i] = Math.min(Math.max(value, -maxValue), maxValue);
    }
    return { ...X, data };
  }
}

function eachValue(X: Matrix, visit: (col: number, value: number) => void): void {
  if (isSparse(X)) {
    const stored = X.indptr[X.rows];
    for (let i = 0; i < stored; i++) visit(X.indices[i], X.data[i]);
  } else {
    for (let i = 0; i < X.data.length; i++) visit(i % X.cols, X.data[i]);
  }
}
