import {
  ArgumentError,
  checkMatrix,
  checkOptions,
  isSparse,
  type Matrix,
  type OptionNames,
  ShapeError,
  toDense,
  toSparse,
} from '@geneformer-ts/core';
import { checkCount, NotFittedError } from '../errors.js';
import type { Points } from '../sparse-rows.js';
import { bruteForce } from './brute-force.js';
import { nearestByProducts, type Metric } from './inner-products.js';
import type { Neighbors } from './neighbors.js';
import { nnDescent } from './nn-descent.js';

/** Options of {@link NearestNeighbors}; names are scikit-learn's where it has them. */
export interface NearestNeighborsOptions {
  /** Neighbors per row; at most as many as there are. Default 5. */
  nNeighbors?: number;
  /** Default `'euclidean'`. */
  metric?: Metric;
  /**
   * `'brute'` is exact. `'nn-descent'` is approximate and much faster for many rows; it searches among dense fitted rows by Euclidean
   * distance. `'auto'`, the default, takes NN-descent where it can and there are more than `exactUpTo` rows.
   */
  algorithm?: 'auto' | 'brute' | 'nn-descent';
  /** Most rows that `'auto'` searches exactly. Default 20,000. */
  exactUpTo?: number;
  /** Seed of NN-descent. Default 0. */
  randomState?: number;
}

const known: OptionNames<NearestNeighborsOptions> = {
  nNeighbors: true,
  metric: true,
  algorithm: true,
  exactUpTo: true,
  randomState: true,
};

/**
 * Nearest rows, with the names of scikit-learn's `NearestNeighbors`. Dense rows are compared coordinate by coordinate; sparse ones,
 * and all rows by cosine distance, through inner products, as scikit-learn does with `algorithm='brute'`. Repeats to the bit.
 *
 * @example
 * const points = { rows: 4, cols: 1, data: Float32Array.of(0, 1, 3, 7) };
 * const { indices, distances } = new NearestNeighbors({ nNeighbors: 2 }).fit(points).kneighbors();
 * // indices [1, 2, 0, 2, 1, 0, 2, 1], distances [1, 3, 1, 2, 2, 3, 4, 6]
 */
export class NearestNeighbors {
  private X: Matrix | Points | undefined;

  /** @throws ArgumentError */
  constructor(private readonly options: NearestNeighborsOptions = {}) {
    checkOptions('NearestNeighbors', options, known);
    const { metric = 'euclidean', algorithm = 'auto' } = options;
    checkCount('nNeighbors', options.nNeighbors ?? 5);
    checkCount('exactUpTo', options.exactUpTo ?? 0, 0);
    if (!['euclidean', 'cosine'].includes(metric)) throw ArgumentError.of('metric', metric, 'euclidean or cosine');
    if (!['auto', 'brute', 'nn-descent'].includes(algorithm)) {
      throw ArgumentError.of('algorithm', algorithm, 'auto, brute or nn-descent');
    }
    if (algorithm === 'nn-descent' && metric === 'cosine') {
      throw ArgumentError.of('algorithm', algorithm, 'brute or auto with cosine distance');
    }
  }

  /**
   * Stores the rows without computing anything.
   *
   * @throws ShapeError, ValueError, ArgumentError for sparse rows with `algorithm: 'nn-descent'`
   */
  fit(X: Matrix | Points): this {
    checkMatrix(X);
    if (this.options.algorithm === 'nn-descent' && isSparse(X)) {
      throw ArgumentError.of('algorithm', 'nn-descent', 'brute or auto with sparse rows');
    }
    this.X = X;
    return this;
  }

  /**
   * Returns the nearest fitted rows of each row of `queries`, always exact. Without `queries`, returns those of the
   * fitted rows; no row is a neighbor of itself.
   *
   * @throws NotFittedError, ShapeError, ValueError
   */
  kneighbors(queries?: Matrix): Neighbors {
    if (!this.X) throw new NotFittedError('NearestNeighbors', 'neighbors', 'fit(X)');
    const { X } = this;
    const { nNeighbors = 5, metric = 'euclidean' } = this.options;
    if (queries) {
      if (queries.cols !== X.cols) {
        throw new ShapeError('X.cols', queries.cols, X.cols, 'give the columns the model was fitted on');
      }
      checkMatrix(queries);
    }
    const k = Math.min(nNeighbors, queries ? X.rows : X.rows - 1);
    if (isSparse(X) || metric === 'cosine') return nearestByProducts(toSparse(X), queries, k, metric);
    const search = queries ? bruteForce(X, toDense(queries), k) : findNeighbors(X, k, this.options);
    let step = search.next();
    while (!step.done) step = search.next();
    return step.value;
  }
}

/** Neighbors of dense rows among themselves, in turns; yields how many rows are done. */
export function findNeighbors(X: Points, k: number, options: NearestNeighborsOptions): Generator<number, Neighbors> {
  const { algorithm = 'auto', exactUpTo = 20_000, randomState = 0 } = options;
  const approximate = algorithm === 'nn-descent' || (algorithm === 'auto' && X.rows > exactUpTo);
  // With few more rows than neighbors there is nothing to gain.
  return approximate && X.rows > 2 * k ? nnDescent(X, k, randomState) : bruteForce(X, undefined, k);
}
