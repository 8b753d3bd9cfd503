import {
  ArgumentError,
  below,
  checkMatrix,
  type DenseMatrix,
  type Matrix,
  type Random,
  randomStream,
} from '@geneformer-ts/core';
import { checkCount, checkFitted } from './classifier.js';
import { columnMoments } from './curvature.js';
import { NotFittedError } from './errors.js';
import { CentredProducts } from './centred-products.js';
import { symmetricEigen } from './symmetric-eigen.js';

/** Options of {@link PCA}; names and defaults are scikit-learn's where it has them. */
export interface PCAOptions {
  /** Components kept; at most the smaller side of the matrix. Default 50. */
  nComponents?: number;
  /** Directions beyond those kept that are searched too. Default 10. */
  nOversamples?: number;
  /** Power iterations; more of them tell close components apart better. Default 7. */
  iteratedPower?: number;
  /** Default 0. */
  seed?: number;
}

interface PCAState {
  cols: number;
  /** `[col * kept + i]`. */
  axes: Float64Array;
  mean: Float64Array;
  variance: Float64Array;
}

/**
 * Principal components by randomised SVD (Halko, Martinsson and Tropp 2011), scikit-learn's `PCA(svd_solver='randomized')`. Columns are
 * centred without being written out: sparse features stay sparse. Fit it on training rows, then transform both. The largest loading
 * of each component is positive.
 */
export class PCA {
  private state: PCAState | undefined;

  constructor(private readonly options: PCAOptions = {}) {
    checkCount('nComponents', options.nComponents ?? 50);
    checkCount('nOversamples', options.nOversamples ?? 10, 0);
    checkCount('iteratedPower', options.iteratedPower ?? 7, 0);
  }

  /** @throws ShapeError, ValueError, ArgumentError when there are fewer than 2 rows */
  fit(X: Matrix): this {
    checkMatrix(X);
    if (X.rows < 2) throw ArgumentError.of('X.rows', X.rows, 'at least 2 rows, for a variance');
    const { nComponents = 50, nOversamples = 10, iteratedPower = 7, seed = 0 } = this.options;
    const most = Math.min(X.rows, X.cols);
    const kept = Math.min(nComponents, most);
    const width = Math.min(kept + nOversamples, most);
    const { mean } = columnMoments(X, false);
    const products = new CentredProducts(X, mean, width);
    let ofColumns = gaussian(X.cols * width, randomStream(seed, 0));
    for (let i = 0; i <= iteratedPower; i++) {
      const ofRows = orthonormalise(products.forward(ofColumns), width);
      ofColumns = products.backward(ofRows);
      if (i < iteratedPower) orthonormalise(ofColumns, width);
    }
    // The small problem: the columns of `ofColumns` are the projected matrix; its Gram matrix has the squared singular values.
    const { values, vectors } = symmetricEigen(gram(ofColumns, width), width);
    const axes = new Float64Array(X.cols * kept);
    for (let col = 0; col < X.cols; col++) {
      for (let i = 0; i < kept; i++) {
        let sum = 0;
        for (let j = 0; j < width; j++) sum += ofColumns[col * width + j] * vectors[j * width + i];
        const length = Math.sqrt(Math.max(values[i], 0));
        axes[col * kept + i] = length > 0 ? sum / length : 0;
      }
    }
    pointUp(axes, kept);
    const variance = values.slice(0, kept).map((value) => Math.max(value, 0) / (X.rows - 1));
    this.state = { cols: X.cols, axes, mean, variance };
    return this;
  }

  /**
   * Scores of each row on the components.
   *
   * @throws NotFittedError, ShapeError, ValueError
   */
  transform(X: Matrix): DenseMatrix {
    const { axes, mean, variance } = checkFitted('PCA', this.state, X);
    const scores = new CentredProducts(X, mean, variance.length).forward(axes);
    return { rows: X.rows, cols: variance.length, data: Float32Array.from(scores) };
  }

  /** Directions of the components, component × column. */
  get components(): Float64Array[] {
    const { axes, cols, variance } = this.fitted;
    return Array.from(variance, (_, i) =>
      Float64Array.from({ length: cols }, (__, col) => axes[col * variance.length + i]),
    );
  }

  /** Variance of the training rows along each component, divided by rows - 1. */
  get explainedVariance(): Float64Array {
    return this.fitted.variance;
  }

  private get fitted(): PCAState {
    if (!this.state) throw new NotFittedError('PCA');
    return this.state;
  }
}

/** Independent standard normal numbers (Box and Muller). */
function gaussian(length: number, random: Random): Float64Array {
  const uniform = () => (below(random, 2 ** 31) + 0.5) / 2 ** 31;
  return new Float64Array(length).map(() => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()));
}

/** Gram and Schmidt's method, twice, on the columns of a matrix of rows of `width`; a column that adds nothing becomes 0. */
function orthonormalise(matrix: Float64Array, width: number): Float64Array {
  const rows = matrix.length / width;
  for (let i = 0; i < width; i++) {
    const before = columnProduct(matrix, width, rows, i, i);
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) {
        const along = columnProduct(matrix, width, rows, i, j);
        for (let row = 0; row < rows; row++) matrix[row * width + i] -= along * matrix[row * width + j];
      }
    }
    const left = columnProduct(matrix, width, rows, i, i);
    const scale = left > 1e-24 * before ? 1 / Math.sqrt(left) : 0;
    for (let row = 0; row < rows; row++) matrix[row * width + i] *= scale;
  }
  return matrix;
}

function columnProduct(matrix: Float64Array, width: number, rows: number, i: number, j: number): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += matrix[row * width + i] * matrix[row * width + j];
  return sum;
}

function gram(matrix: Float64Array, width: number): Float64Array {
  const rows = matrix.length / width;
  return new Float64Array(width * width).map((_, at) =>
    columnProduct(matrix, width, rows, Math.floor(at / width), at % width),
  );
}

function pointUp(axes: Float64Array, kept: number): void {
  for (let i = 0; i < kept; i++) {
    let largest = 0;
    for (let at = i; at < axes.length; at += kept) if (Math.abs(axes[at]) > Math.abs(largest)) largest = axes[at]!;
    if (largest < 0) for (let at = i; at < axes.length; at += kept) axes[at] *= -1;
  }
}
