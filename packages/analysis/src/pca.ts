import {
  ArgumentError,
  below,
  checkMatrix,
  checkOptions,
  type DenseMatrix,
  type Matrix,
  type OptionNames,
  type Random,
  randomStream,
  ShapeError,
} from '@geneformer-ts/core';
import { checkCount, NotFittedError } from './errors.js';
import type { Points } from './sparse-rows.js';
import { CenteredProducts } from './centered-products.js';
import { columnMoments } from './column-moments.js';
import { log } from './portable-math.js';
import { symmetricEigen } from './symmetric-eigen.js';

/** Options of {@link PCA}; names and defaults are scikit-learn's where it has them. */
export interface PCAOptions {
  /** Components kept; at most the smaller side of the matrix. Default 50. */
  nComponents?: number;
  /** Directions beyond those kept that are searched too. Default 10. */
  nOversamples?: number;
  /** Power iterations; more of them separate close components better. Default 7. */
  iteratedPower?: number;
  /** Seed of the first directions. Default 0. */
  randomState?: number;
}

const known: OptionNames<PCAOptions> = {
  nComponents: true,
  nOversamples: true,
  iteratedPower: true,
  randomState: true,
};

const defaults = { nComponents: 50, nOversamples: 10, iteratedPower: 7, randomState: 0 };

/** Components of a matrix. */
export interface FittedComponents {
  cols: number;
  /** `[col * kept + i]`. */
  axes: Float64Array;
  mean: Float64Array;
  /** One per component. */
  variance: Float64Array;
}

/**
 * Principal components by randomized SVD (Halko, Martinsson and Tropp, SIAM Review 53:217, 2011), scikit-learn's
 * `PCA(svd_solver='randomized')`. Columns are centered without being written out: sparse features stay sparse. Fit it on training
 * rows, then transform both. The largest loading of each component is positive. The same rows and options give the same bits.
 *
 * @example
 * const pca = new PCA({ nComponents: 2 });
 * pca.fitTransform({ rows: 3, cols: 2, data: Float32Array.of(0, 0, 3, 4, 6, 8) }).data;
 * // Float32Array [-5, 0, 0, 0, 5, 0], up to rounding: all the variance lies along (0.6, 0.8)
 */
export class PCA {
  private state: FittedComponents | undefined;

  /** @throws ArgumentError */
  constructor(private readonly options: PCAOptions = {}) {
    checkOptions('PCA', options, known);
    checkCount('nComponents', options.nComponents ?? defaults.nComponents);
    checkCount('nOversamples', options.nOversamples ?? defaults.nOversamples, 0);
    checkCount('iteratedPower', options.iteratedPower ?? defaults.iteratedPower, 0);
  }

  /**
   * @param X rows × columns
   * @throws ShapeError, ValueError, ArgumentError when there are fewer than 2 rows
   */
  fit(X: Matrix): this {
    checkMatrix(X);
    const passes = fitComponents(X, this.options);
    let pass = passes.next();
    while (!pass.done) pass = passes.next();
    this.state = pass.value;
    return this;
  }

  /**
   * Returns the scores of each row on the components, rows × components.
   *
   * @throws NotFittedError, ShapeError, ValueError
   */
  transform(X: Matrix): DenseMatrix {
    const state = this.fitted;
    if (X.cols !== state.cols) {
      throw new ShapeError('X.cols', X.cols, state.cols, 'give the columns the model was fitted on');
    }
    checkMatrix(X);
    return { rows: X.rows, cols: state.variance.length, data: Float32Array.from(componentScores(X, state)) };
  }

  /** {@link fit}, then {@link transform} of the same rows. */
  fitTransform(X: Matrix): DenseMatrix {
    return this.fit(X).transform(X);
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

  private get fitted(): FittedComponents {
    if (!this.state) throw new NotFittedError('PCA', 'components', 'fit(X)');
    return this.state;
  }
}

/** Passes over the data that {@link fitComponents} makes with default options, one per turn. */
export const defaultPasses = 2 * (defaults.iteratedPower + 1);

/** The fit of {@link PCA}, in turns: yields after every pass over the data. */
export function* fitComponents(X: Matrix | Points, options: PCAOptions): Generator<void, FittedComponents> {
  if (X.rows < 2) throw ArgumentError.of('X.rows', X.rows, 'at least 2 rows, for a variance');
  const {
    nComponents = defaults.nComponents,
    nOversamples = defaults.nOversamples,
    iteratedPower = defaults.iteratedPower,
    randomState = defaults.randomState,
  } = options;
  const most = Math.min(X.rows, X.cols);
  const kept = Math.min(nComponents, most);
  const width = Math.min(kept + nOversamples, most);
  const { mean } = columnMoments(X, false);
  const products = new CenteredProducts(X, mean, width);
  let ofColumns = gaussian(X.cols * width, randomStream(randomState, 0));
  for (let i = 0; i <= iteratedPower; i++) {
    const ofRows = orthonormalize(products.forward(ofColumns), width);
    yield;
    ofColumns = products.backward(ofRows);
    if (i < iteratedPower) orthonormalize(ofColumns, width);
    yield;
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
  return { cols: X.cols, axes, mean, variance };
}

/** Scores of rows on components in double precision, rows × components. */
export function componentScores(X: Matrix | Points, { axes, mean, variance }: FittedComponents): Float64Array {
  return new CenteredProducts(X, mean, variance.length).forward(axes);
}

/** Independent standard normal numbers (Box and Muller). */
function gaussian(length: number, random: Random): Float64Array {
  const uniform = () => (below(random, 2 ** 31) + 0.5) / 2 ** 31;
  return new Float64Array(length).map(() => Math.sqrt(-2 * log(uniform())) * Math.cos(2 * Math.PI * uniform()));
}

/** Gram and Schmidt's method, twice, on the columns of a matrix of rows of `width`; a column that adds nothing becomes 0. */
function orthonormalize(matrix: Float64Array, width: number): Float64Array {
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
