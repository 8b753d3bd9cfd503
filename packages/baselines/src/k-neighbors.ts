import { checkCount, NearestNeighbors } from '@geneformer-ts/analysis';
import { checkChoice, checkOptions, type Matrix, type OptionNames, toSparse } from '@geneformer-ts/core';
import { checkFitted, checkTraining } from './classifier.js';
import { LabeledClassifier } from './labeled-classifier.js';

/** Options of {@link KNeighborsClassifier}; names and defaults are scikit-learn's. */
export interface KNeighborsOptions {
  /** Number of neighbors; all training rows when there are fewer. Default 5. */
  nNeighbors?: number;
  /** Weight of each neighbor: 1 (`'uniform'`) or 1 / distance (`'distance'`). Default `'uniform'`. */
  weights?: 'uniform' | 'distance';
  /** Distance between rows. Default `'euclidean'`. */
  metric?: 'euclidean' | 'cosine';
}

const known: OptionNames<KNeighborsOptions> = { nNeighbors: true, weights: true, metric: true };

interface NeighborState {
  cols: number;
  classes: number;
  search: NearestNeighbors;
  y: Int32Array;
}

/**
 * Predicts the class shares among the nearest training rows, as scikit-learn's `KNeighborsClassifier(algorithm='brute')` does. A
 * simple baseline without training or tuning. Among rows at equal distance the earlier row counts as nearer. Prediction takes one
 * pass over the training values per row.
 *
 * ```ts
 * const X = { rows: 3, cols: 1, data: Float32Array.of(0, 1, 9) };
 * const model = new KNeighborsClassifier({ nNeighbors: 2 }).fit(X, ['cTEC', 'cTEC', 'mTEC']);
 * model.predictProba({ rows: 1, cols: 1, data: Float32Array.of(8) }); // [0.5, 0.5]
 * model.predict({ rows: 1, cols: 1, data: Float32Array.of(0) }); // ['cTEC']
 * ```
 */
export class KNeighborsClassifier extends LabeledClassifier {
  private state: NeighborState | undefined;

  constructor(private readonly options: KNeighborsOptions = {}) {
    super();
    checkOptions('KNeighborsClassifier', options, known);
    const { weights = 'uniform', metric = 'euclidean' } = options;
    checkCount('nNeighbors', options.nNeighbors ?? 5);
    checkChoice('weights', weights, ['uniform', 'distance']);
    checkChoice('metric', metric, ['euclidean', 'cosine']);
  }

  /**
   * Copies the labels and indexes the training rows.
   *
   * @throws ShapeError, ValueError, OneClassError, ArgumentError
   */
  protected fitEncoded(X: Matrix, y: Int32Array, classes: number): void {
    checkTraining('KNeighborsClassifier', X, y, classes);
    const { nNeighbors = 5, metric = 'euclidean' } = this.options;
    const search = new NearestNeighbors({ nNeighbors, metric }).fit(toSparse(X));
    this.state = { cols: X.cols, classes, search, y: y.slice() };
  }

  /**
   * Returns the class shares among the neighbors of each row, rows × classes.
   *
   * @throws NotFittedError, ShapeError, ValueError
   */
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

  private votes(nearest: Int32Array, distances: Float64Array, y: Int32Array, classes: number): Float64Array {
    const sums = new Float64Array(classes);
    // As in scikit-learn, only identical rows count when there are any: their weight 1 / 0 is infinite.
    const same = this.options.weights === 'distance' && distances.some((distance) => distance === 0);
    nearest.forEach((neighbor, i) => {
      const distance = distances[i];
      if (this.options.weights !== 'distance') sums[y[neighbor]] += 1;
      else if (same) sums[y[neighbor]] += distance === 0 ? 1 : 0;
      else sums[y[neighbor]] += 1 / distance;
    });
    return sums;
  }
}
