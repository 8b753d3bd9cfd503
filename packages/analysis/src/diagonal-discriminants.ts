import {
  ArgumentError,
  checkLabels,
  checkMatrix,
  checkOptions,
  type CsrMatrix,
  type DenseMatrix,
  isSparse,
  type Matrix,
  type OptionNames,
  ShapeError,
  toSparse,
} from '@geneformer-ts/core';
import { checkCount, NotFittedError } from './errors.js';
import { PCA } from './pca.js';

/** Options of {@link DiagonalDiscriminants}. */
export interface DiscriminantOptions {
  /** Discriminants kept; at most one fewer than the classes. Default 64. */
  nComponents?: number;
  /** Added to the variance of each column within classes, so that hardly varying columns do not get the largest weights. Default 0.05. */
  leastVariance?: number;
  /** Power iterations of the search, as of {@link PCA}. Default 4. */
  iteratedPower?: number;
}

const known: OptionNames<DiscriminantOptions> = { nComponents: true, leastVariance: true, iteratedPower: true };

interface Fitted {
  /** `[col * kept + i]`. */
  weights: Float32Array;
  cols: number;
  kept: number;
}

/**
 * Linear discriminants for many columns: directions along which class means differ most, relative to the variance within classes. That
 * variance is a diagonal matrix, as for counts of genes, which are nearly independent within a cell type (Bickel and Levina, Bernoulli
 * 10:989, 2004). Each discriminant's weights have a mean square of 1 over the columns. Sparse features stay sparse.
 *
 * @example
 * const X = { rows: 4, cols: 2, data: Float32Array.of(1, 5, 1, 4, 3, 5, 3, 4) };
 * new DiagonalDiscriminants({ nComponents: 1 }).fit(X, Int32Array.of(0, 0, 1, 1)).transform(X).data;
 * // Float32Array [1.41, 1.41, 4.24, 4.24], up to rounding: only the first column differs between the classes
 */
export class DiagonalDiscriminants {
  private state: Fitted | undefined;
  private readonly settings: Required<DiscriminantOptions>;

  /** @throws ArgumentError */
  constructor(options: DiscriminantOptions = {}) {
    checkOptions('DiagonalDiscriminants', options, known);
    this.settings = { nComponents: 64, leastVariance: 0.05, iteratedPower: 4, ...options };
    const { nComponents, leastVariance, iteratedPower } = this.settings;
    checkCount('nComponents', nComponents);
    checkCount('iteratedPower', iteratedPower, 0);
    if (!(leastVariance > 0)) throw ArgumentError.of('leastVariance', leastVariance, 'a number above 0');
  }

  /**
   * @param X rows × columns
   * @param y class of each row, as codes from 0
   * @throws ShapeError, ValueError, ArgumentError when there are fewer than 2 classes
   */
  fit(X: Matrix, y: Int32Array): this {
    checkMatrix(X);
    const classes = y.reduce((most, label) => Math.max(most, label), -1) + 1;
    if (classes < 2) throw ArgumentError.of('y', classes, 'at least 2 classes');
    checkLabels(X, y, classes);
    const { nComponents, leastVariance, iteratedPower } = this.settings;
    const rows = isSparse(X) ? X : toSparse(X);
    const { sums, sizes } = classSums(rows, y, classes);
    const scale = scaleWithin(rows, sums, sizes, leastVariance);
    const means = toSparse(scaledMeans(sums, sizes, scale));
    const axes = new PCA({ nComponents: Math.min(nComponents, classes - 1), iteratedPower }).fit(means).components;
    const weights = new Float32Array(X.cols * axes.length);
    axes.forEach((axis, i) => {
      const own = axis.map((value, col) => value * scale[col]);
      const length = Math.sqrt(own.reduce((sum, value) => sum + value ** 2, 0) / X.cols);
      own.forEach((value, col) => (weights[col * axes.length + i] = length > 0 ? value / length : 0));
    });
    this.state = { weights, cols: X.cols, kept: axes.length };
    return this;
  }

  /**
   * Returns the scores of each row, rows × discriminants: sums of the weights of its columns times its values.
   *
   * @throws NotFittedError, ShapeError, ValueError
   */
  transform(X: Matrix): DenseMatrix {
    const { weights, cols, kept } = this.fitted;
    if (X.cols !== cols) throw new ShapeError('X.cols', X.cols, cols, 'give the columns the model was fitted on');
    checkMatrix(X);
    const { rows, indptr, indices, data: values } = isSparse(X) ? X : toSparse(X);
    const data = new Float32Array(rows * kept);
    const scores = new Float64Array(kept);
    for (let row = 0; row < rows; row++) {
      scores.fill(0);
      for (let at = indptr[row]; at < indptr[row + 1]; at++) {
        const from = indices[at] * kept;
        for (let i = 0; i < kept; i++) scores[i] += values[at] * weights[from + i];
      }
      data.set(scores, row * kept);
    }
    return { rows, cols: kept, data };
  }

  /** Weights, columns × discriminants. */
  get weights(): DenseMatrix {
    const { weights, cols, kept } = this.fitted;
    return { rows: cols, cols: kept, data: weights };
  }

  private get fitted(): Fitted {
    if (!this.state) throw new NotFittedError('DiagonalDiscriminants', 'discriminants', 'fit(X, y)');
    return this.state;
  }
}

/** Sums of the rows of each class, classes × columns, and the number of rows of each. */
function classSums({ cols, indptr, indices, data }: CsrMatrix, y: Int32Array, classes: number) {
  const sizes = new Float64Array(classes);
  const sums = Array.from({ length: classes }, () => new Float64Array(cols));
  y.forEach((label, row) => {
    sizes[label]++;
    for (let at = indptr[row]; at < indptr[row + 1]; at++) sums[label][indices[at]] += data[at];
  });
  return { sums, sizes };
}

/** Returns 1 / standard deviation of each column within classes. */
function scaleWithin(
  { rows, cols, indptr, indices, data }: CsrMatrix,
  sums: readonly Float64Array[],
  sizes: Float64Array,
  leastVariance: number,
): Float64Array {
  const within = new Float64Array(cols);
  for (let at = 0; at < indptr[rows]; at++) within[indices[at]] += data[at] ** 2;
  sums.forEach((sum, label) => {
    if (sizes[label] > 0) sum.forEach((total, col) => (within[col] -= total ** 2 / sizes[label]));
  });
  return within.map((square) => 1 / Math.sqrt(Math.max(0, square / rows) + leastVariance));
}

/** Returns the class means, each weighted by the square root of its number of rows, so that their products add up rows. */
function scaledMeans(sums: readonly Float64Array[], sizes: Float64Array, scale: Float64Array): DenseMatrix {
  const cols = scale.length;
  const data = new Float32Array(sums.length * cols);
  sums.forEach((sum, label) => {
    if (sizes[label] === 0) return;
    const weight = 1 / Math.sqrt(sizes[label]);
    sum.forEach((total, col) => (data[label * cols + col] = total * weight * scale[col]));
  });
  return { rows: sums.length, cols, data };
}
