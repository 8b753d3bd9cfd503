import {
  ArgumentError,
  type CsrMatrix,
  type DenseMatrix,
  isSparse,
  type Matrix,
  ShapeError,
} from '@geneformer-ts/core';
import { NotFittedError } from '../errors.js';

/** Options of {@link StandardScaler}. */
export interface StandardScalerOptions {
  /**
   * Subtract each column's mean. Default: for dense features yes, for sparse no, because a centered sparse matrix has no
   * zeros left. Classifiers with an intercept lose nothing by it.
   */
  withMean?: boolean;
  /** Largest absolute value after scaling (scanpy's `max_value`), which tames genes seen in a handful of cells. Default none. */
  maxValue?: number;
}

/**
 * Divides each column by its standard deviation (population, as in scikit-learn). Fit it on training rows, then transform both.
 * Columns that do not vary are left undivided.
 */
export class StandardScaler {
  mean: Float64Array | undefined;
  /** Standard deviation of each column, 1 where it is 0. */
  scale: Float64Array | undefined;

  constructor(private readonly options: StandardScalerOptions = {}) {
    const { maxValue = Infinity } = options;
    if (!(maxValue > 0)) throw ArgumentError.of('maxValue', maxValue, 'a number above 0, or leave it out');
  }

  fit(X: Matrix): this {
    const sum = new Float64Array(X.cols);
    const squares = new Float64Array(X.cols);
    eachValue(X, (col, value) => (sum[col] += value));
    const mean = sum.map((total) => total / X.rows);
    // Squares about the mean, not of the raw values: the difference of two large sums would lose the small variances.
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

  transform(X: DenseMatrix): DenseMatrix;
  transform(X: CsrMatrix): CsrMatrix;
  transform(X: Matrix): Matrix;
  transform(X: Matrix): Matrix {
    const { mean, scale } = this;
    if (!mean || !scale) throw new NotFittedError('StandardScaler');
    if (X.cols !== scale.length)
      throw new ShapeError('X.cols', X.cols, scale.length, 'give the columns it was fitted on');
    const { withMean = !isSparse(X), maxValue = Infinity } = this.options;
    if (withMean && isSparse(X))
      throw ArgumentError.of('withMean', true, 'false for sparse features, or make them dense');
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
