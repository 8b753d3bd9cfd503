import { checkCount, NearestNeighbors } from '@geneformer-ts/analysis';
import { ArgumentError, toSparse, type Matrix } from '@geneformer-ts/core';
import { argmaxRows, checkFitted, checkTraining, type Classifier } from './classifier.js';

/** Options of {@link KNeighborsClassifier}; names and defaults are scikit-learn's. */
export interface KNeighborsOptions {
  /** Default 5; all training rows when there are fewer. */
  nNeighbors?: number;
  /** Let every neighbor count the same, or each by 1 / distance. Default `'uniform'`. */
  weights?: 'uniform' | 'distance';
  /** Default `'euclidean'`. */
  metric?: 'euclidean' | 'cosine';
}

interface NeighborState {
  cols: number;
  classes: number;
  search: NearestNeighbors;
  y: Int32Array;
}

/**
 * Shares of the classes among the nearest training rows: scikit-learn's `KNeighborsClassifier(algorithm='brute')`. A floor that needs no
 * training and no tuning. Of rows at equal distance the earlier is nearer. Asking costs one pass over the training values per row.
 */
export class KNeighborsClassifier implements Classifier {
  private state: NeighborState | undefined;

  constructor(private readonly options: KNeighborsOptions = {}) {
    const { weights = 'uniform', metric = 'euclidean' } = options;
    checkCount('nNeighbors', options.nNeighbors ?? 5);
    if (!['uniform', 'distance'].includes(weights)) throw ArgumentError.of('weights', weights, 'uniform or distance');
    if (!['euclidean', 'cosine'].includes(metric)) throw ArgumentError.of('metric', metric, 'euclidean or cosine');
  }

  /** @throws ShapeError, ValueError, OneClassError, ArgumentError */
  fit(X: Matrix, y: Int32Array, classes: number): this {
    checkTraining('KNeighborsClassifier', X, y, classes);
    const { nNeighbors = 5, metric = 'euclidean' } = this.options;
    const search = new NearestNeighbors({ nNeighbors, metric }).fit(toSparse(X));
    this.state = { cols: X.cols, classes, search, y: y.slice() };
    return this;
  }

  /** @throws NotFittedError, ShapeError, ValueError */
  predictProba(X: Matrix): Float32Array {
    const { classes, search, y } = checkFitted('KNeighborsClassifier', this.state, X);
    const { k, indices, distances } = search.kneighbors(X);
    const probabilities = new Float32Array(X.rows * classes);
    for (let row = 0; row < X.rows; row++) {
      const [start, end] = [row * k, (row + 1) * k];
      const sums = this.votes(indices.subarray(start, end), distances.subarray(start, end), y, classes);
      const all = sums.reduce((sum, vote) => sum + vote, 0);
      for (let label = 0; label < classes; label++) probabilities[row * classes + label] = sums[label] / all;
    }
    return probabilities;
  }

  /** @throws NotFittedError, ShapeError, ValueError */
  predict(X: Matrix): Int32Array {
    return argmaxRows(this.predictProba(X), this.state!.classes);
  }

  private votes(nearest: Int32Array, distances: Float64Array, y: Int32Array, classes: number): Float64Array {
    const sums = new Float64Array(classes);
    // A neighbor at distance 0 is the row itself, beside which the others say nothing.
    const same = this.options.weights === 'distance' && distances.some((distance) => distance === 0);
    nearest.forEach((i, place) => {
      const distance = distances[place];
      if (this.options.weights !== 'distance') sums[y[i]] += 1;
      else if (same) sums[y[i]] += distance === 0 ? 1 : 0;
      else sums[y[i]] += 1 / distance;
    });
    return sums;
  }
}
