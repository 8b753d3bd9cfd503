import { ArgumentError, type CsrMatrix, type Matrix, toSparse } from '@geneformer-ts/core';
import { argmaxRows, checkCount, checkFitted, checkTraining, type Classifier } from './classifier.js';
import { eachRow } from './tree.js';

/** Options of {@link KNeighborsClassifier}; names and defaults are scikit-learn's. */
export interface KNeighborsOptions {
  /** Default 5; all training rows when there are fewer. */
  nNeighbors?: number;
  /** Let every neighbour count the same, or each by 1 / distance. Default `'uniform'`. */
  weights?: 'uniform' | 'distance';
  /** Default `'euclidean'`. */
  metric?: 'euclidean' | 'cosine';
}

interface NeighbourState {
  cols: number;
  classes: number;
  X: CsrMatrix;
  y: Int32Array;
  /** Squared length of each training row. */
  squares: Float64Array;
}

/**
 * Shares of the classes among the nearest training rows: scikit-learn's `KNeighborsClassifier(algorithm='brute')`. A floor that needs no
 * training and no tuning. Of rows at equal distance the earlier is nearer. Asking costs one pass over the training values a row.
 */
export class KNeighborsClassifier implements Classifier {
  private state: NeighbourState | undefined;

  constructor(private readonly options: KNeighborsOptions = {}) {
    const { weights = 'uniform', metric = 'euclidean' } = options;
    checkCount('nNeighbors', options.nNeighbors ?? 5);
    if (!['uniform', 'distance'].includes(weights)) throw ArgumentError.of('weights', weights, 'uniform or distance');
    if (!['euclidean', 'cosine'].includes(metric)) throw ArgumentError.of('metric', metric, 'euclidean or cosine');
  }

  /** @throws ShapeError, ValueError, OneClassError, ArgumentError */
  fit(X: Matrix, y: Int32Array, classes: number): this {
    checkTraining('KNeighborsClassifier', X, y, classes);
    const sparse = toSparse(X);
    this.state = { cols: X.cols, classes, X: sparse, y: y.slice(), squares: squaredLengths(sparse) };
    return this;
  }

  /** @throws NotFittedError, ShapeError, ValueError */
  predictProba(X: Matrix): Float32Array {
    const state = checkFitted('KNeighborsClassifier', this.state, X);
    const { classes, y, squares } = state;
    const count = Math.min(this.options.nNeighbors ?? 5, y.length);
    const lengths = squaredLengths(toSparse(X));
    const distances = new Float64Array(y.length);
    const probabilities = new Float32Array(X.rows * classes);
    eachRow(X, (row, values, offset) => {
      products(state.X, values, offset, distances);
      for (let i = 0; i < y.length; i++) distances[i] = this.distance(distances[i], squares[i], lengths[row]);
      const nearest = smallest(distances, count);
      const votes = probabilities.subarray(row * classes, (row + 1) * classes);
      const sums = this.votes(nearest, distances, y, classes);
      const all = sums.reduce((sum, vote) => sum + vote, 0);
      for (let label = 0; label < classes; label++) votes[label] = sums[label] / all;
    });
    return probabilities;
  }

  /** @throws NotFittedError, ShapeError, ValueError */
  predict(X: Matrix): Int32Array {
    return argmaxRows(this.predictProba(X), this.state!.classes);
  }

  private distance(product: number, a: number, b: number): number {
    if (this.options.metric === 'cosine') return a > 0 && b > 0 ? 1 - product / Math.sqrt(a * b) : 1;
    return Math.sqrt(Math.max(0, a + b - 2 * product));
  }

  private votes(nearest: Int32Array, distances: Float64Array, y: Int32Array, classes: number): Float64Array {
    const sums = new Float64Array(classes);
    // A neighbour at distance 0 is the row itself, beside which the others say nothing.
    const same = this.options.weights === 'distance' && nearest.some((i) => distances[i] === 0);
    for (const i of nearest) {
      const distance = distances[i];
      if (this.options.weights !== 'distance') sums[y[i]] += 1;
      else if (same) sums[y[i]] += distance === 0 ? 1 : 0;
      else sums[y[i]] += 1 / distance;
    }
    return sums;
  }
}

function squaredLengths({ rows, indptr, data }: CsrMatrix): Float64Array {
  const squares = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    for (let i = indptr[row]; i < indptr[row + 1]; i++) squares[row] += data[i] * data[i];
  }
  return squares;
}

/** Products of every training row with one dense row. */
function products(X: CsrMatrix, values: Float32Array, offset: number, out: Float64Array): void {
  const { rows, indptr, indices, data } = X;
  for (let row = 0; row < rows; row++) {
    const end = indptr[row + 1];
    let sum = 0;
    for (let i = indptr[row]; i < end; i++) sum += data[i] * values[offset + indices[i]];
    out[row] = sum;
  }
}

/** Positions of the smallest values, ascending; of equal ones the first. */
function smallest(values: Float64Array, count: number): Int32Array {
  const kept = new Int32Array(count);
  let held = 0;
  for (let i = 0; i < values.length; i++) {
    if (held === count && values[i] >= values[kept[held - 1]]) continue;
    let place = held < count ? held++ : count - 1;
    while (place > 0 && values[kept[place - 1]] > values[i]) {
      kept[place] = kept[place - 1]!;
      place--;
    }
    kept[place] = i;
  }
  return kept;
}
