import { checkCount } from '@geneformer-ts/analysis';
import { ArgumentError, type Matrix } from '@geneformer-ts/core';
import { affinity, type AffinityOptions } from './affinity.js';
import { argmaxRows, checkFitted, checkPositive, type Classifier } from './classifier.js';
import { NotFittedError } from './errors.js';
import { checkPartlyLabelled, UNLABELLED } from './unlabelled.js';

/** Options of {@link LabelPropagation}; names and defaults are scikit-learn's. */
export type LabelPropagationOptions = AffinityOptions & {
  /** Default 1000. */
  maxIter?: number;
  /** Stop when all shares together change by less. Default 1e-3. */
  tol?: number;
};

/** Options of {@link LabelSpreading}; names and defaults are scikit-learn's. */
export type LabelSpreadingOptions = AffinityOptions & {
  /** How much a row takes from its neighbours rather than from its own label, between 0 and 1. Default 0.2. */
  alpha?: number;
  /** Default 30. */
  maxIter?: number;
  /** Stop when all shares together change by less. Default 1e-3. */
  tol?: number;
};

interface GraphState {
  cols: number;
  classes: number;
  X: Matrix;
  /** Class shares of each training row, rows × classes. */
  shares: Float64Array;
}

/** What both methods have in common: class shares that flow along the ties of a graph over all rows. */
abstract class GraphClassifier implements Classifier {
  private state: GraphState | undefined;
  /** Rounds of the last fit. */
  iterations = 0;

  protected constructor(
    private readonly name: string,
    private readonly options: AffinityOptions & { maxIter: number; tol: number },
  ) {
    checkCount('maxIter', options.maxIter);
    checkPositive('tol', options.tol);
    if (options.kernel === 'knn') checkCount('nNeighbors', options.nNeighbors ?? 7);
    else checkPositive('gamma', options.gamma ?? 20);
  }

  /** Weights of the flow between rows, from their ties. */
  protected abstract weigh(ties: Float64Array, rows: number): void;

  /** Shares after a round, from those that flowed in and those of the labels. */
  protected abstract settle(shares: Float64Array, given: Float64Array, y: Int32Array, classes: number): void;

  /**
   * @param y class of each row, -1 where it is not known
   * @throws ShapeError, ValueError, OneClassError, ArgumentError
   */
  fit(X: Matrix, y: Int32Array, classes: number): this {
    checkPartlyLabelled(this.name, X, y, classes);
    const weights = affinity(X, X, this.options);
    this.weigh(weights, X.rows);
    const given = new Float64Array(X.rows * classes);
    y.forEach((label, row) => {
      if (label !== UNLABELLED) given[row * classes + label] = 1;
    });
    let shares: Float64Array = given;
    let change = Infinity;
    this.iterations = 0;
    while (this.iterations < this.options.maxIter && change >= this.options.tol) {
      const next = multiply(weights, shares, X.rows, classes);
      this.settle(next, given, y, classes);
      change = 0;
      for (let i = 0; i < next.length; i++) change += Math.abs(next[i] - shares[i]);
      shares = next;
      this.iterations++;
    }
    normaliseRows(shares, classes);
    this.state = { cols: X.cols, classes, X, shares };
    return this;
  }

  /** Class shares of the training rows, rows × classes; all 0 for a row that no label reached. */
  get labelDistributions(): Float64Array {
    if (!this.state) throw new NotFittedError(this.name);
    return this.state.shares;
  }

  /** Label of each training row. */
  get transduction(): Int32Array {
    return argmaxRows(this.labelDistributions, this.state!.classes);
  }

  /**
   * Shares of the training rows that a row is tied to. A row tied to none has equal probabilities.
   *
   * @throws NotFittedError, ShapeError, ValueError
   */
  predictProba(X: Matrix): Float32Array {
    const state = checkFitted(this.name, this.state, X);
    const { classes } = state;
    const shares = multiply(affinity(X, state.X, this.options), state.shares, X.rows, classes);
    normaliseRows(shares, classes);
    for (let row = 0; row < X.rows; row++) {
      const ofRow = shares.subarray(row * classes, (row + 1) * classes);
      if (ofRow.every((share) => share === 0)) ofRow.fill(1 / classes);
    }
    return Float32Array.from(shares);
  }

  /** @throws NotFittedError, ShapeError, ValueError */
  predict(X: Matrix): Int32Array {
    return argmaxRows(this.predictProba(X), this.state!.classes);
  }
}

/**
 * Label propagation (Zhu and Ghahramani 2002): every row takes the class shares of the rows it is tied to, labelled rows keep their
 * label. Holds rows × rows numbers.
 */
export class LabelPropagation extends GraphClassifier {
  constructor(options: LabelPropagationOptions = {}) {
    super('LabelPropagation', { maxIter: 1000, tol: 1e-3, ...options });
  }

  protected weigh(): void {
    // Shares are divided by their sum after each round, so the ties need no weights of their own.
  }

  protected settle(shares: Float64Array, given: Float64Array, y: Int32Array, classes: number): void {
    normaliseRows(shares, classes);
    for (let i = 0; i < shares.length; i++) if (y[Math.floor(i / classes)] !== UNLABELLED) shares[i] = given[i]!;
  }
}

/**
 * Label spreading (Zhou et al. 2004): as label propagation, on ties divided by the rows' degrees, and labelled rows give up part of
 * their label, which forgives wrong ones. Holds rows × rows numbers.
 */
export class LabelSpreading extends GraphClassifier {
  private readonly alpha: number;

  constructor(options: LabelSpreadingOptions = {}) {
    super('LabelSpreading', { maxIter: 30, tol: 1e-3, ...options });
    this.alpha = options.alpha ?? 0.2;
    if (!(this.alpha > 0 && this.alpha < 1)) throw ArgumentError.of('alpha', this.alpha, 'a number between 0 and 1');
  }

  protected weigh(ties: Float64Array, rows: number): void {
    const degree = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      ties[i * rows + i] = 0;
      for (let j = 0; j < rows; j++) degree[j] += ties[i * rows + j];
    }
    const root = degree.map((sum) => Math.sqrt(sum) || 1);
    for (let i = 0; i < rows; i++) for (let j = 0; j < rows; j++) ties[i * rows + j] /= root[i] * root[j];
  }

  protected settle(shares: Float64Array, given: Float64Array): void {
    for (let i = 0; i < shares.length; i++) shares[i] = this.alpha * shares[i] + (1 - this.alpha) * given[i];
  }
}

function multiply(weights: Float64Array, shares: Float64Array, rows: number, classes: number): Float64Array {
  const out = new Float64Array(rows * classes);
  const inner = shares.length / classes;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < inner; j++) {
      const weight = weights[i * inner + j];
      if (weight === 0) continue;
      for (let label = 0; label < classes; label++) out[i * classes + label] += weight * shares[j * classes + label];
    }
  }
  return out;
}

function normaliseRows(shares: Float64Array, classes: number): void {
  for (let start = 0; start < shares.length; start += classes) {
    let sum = 0;
    for (let i = start; i < start + classes; i++) sum += shares[i];
    if (sum === 0) continue;
    for (let i = start; i < start + classes; i++) shares[i] /= sum;
  }
}
