import { checkCount } from '@geneformer-ts/analysis';
import { LabeledClassifier } from '../labeled-classifier.js';
import { ArgumentError, checkChoice, checkOptions, type Matrix, type OptionNames } from '@geneformer-ts/core';
import { affinity, type AffinityOptions } from './affinity.js';
import { argmaxRows, checkFitted, checkPositive } from '../classifier.js';
import { NotFittedError } from '../errors.js';
import { checkPartlyLabeled, UNLABELED } from '../labels.js';

/** Options of {@link LabelPropagation}; names and defaults are scikit-learn's. */
export type LabelPropagationOptions = AffinityOptions & {
  /** Maximum number of rounds. Default 1000. */
  maxIter?: number;
  /** Stop when the summed change of all class shares is smaller. Default 1e-3. */
  tol?: number;
};

/** Options of {@link LabelSpreading}; names and defaults are scikit-learn's. */
export type LabelSpreadingOptions = AffinityOptions & {
  /** Weight of the neighbors against the row's own label, between 0 and 1. Default 0.2. */
  alpha?: number;
  /** Maximum number of rounds. Default 30. */
  maxIter?: number;
  /** Stop when the summed change of all class shares is smaller. Default 1e-3. */
  tol?: number;
};

const affinityNames: OptionNames<AffinityOptions> = { kernel: true, gamma: true, nNeighbors: true };
const propagationNames: OptionNames<LabelPropagationOptions> = { ...affinityNames, maxIter: true, tol: true };
const spreadingNames: OptionNames<LabelSpreadingOptions> = { ...affinityNames, alpha: true, maxIter: true, tol: true };

interface GraphState {
  cols: number;
  classes: number;
  X: Matrix;
  /** Class shares of each training row, rows × classes. */
  shares: Float64Array;
}

/** Base class of both methods: propagates class shares along the edges of a graph over all training rows. */
abstract class GraphClassifier extends LabeledClassifier {
  protected override readonly allowsUnlabeled = true;
  private state: GraphState | undefined;
  /** Number of rounds of the last fit. */
  iterations = 0;

  protected constructor(
    private readonly name: string,
    private readonly options: AffinityOptions & { maxIter: number; tol: number },
  ) {
    super();
    checkCount('maxIter', options.maxIter);
    checkPositive('tol', options.tol);
    checkChoice('kernel', options.kernel ?? 'rbf', ['rbf', 'knn']);
    if (options.kernel === 'knn') checkCount('nNeighbors', options.nNeighbors ?? 7);
    else checkPositive('gamma', options.gamma ?? 20);
  }

  /** Normalizes the edge weights, rows × rows, in place. */
  protected abstract normalizeEdges(weights: Float64Array, rows: number): void;

  /** Combines the propagated shares with those of the known labels, in place. */
  protected abstract applyLabels(shares: Float64Array, given: Float64Array, y: Int32Array, classes: number): void;

  /**
   * @param y class of each row, -1 where the class is unknown
   * @throws ShapeError, ValueError, OneClassError, ArgumentError
   */
  protected fitEncoded(X: Matrix, y: Int32Array, classes: number): void {
    checkPartlyLabeled(this.name, X, y, classes);
    const weights = affinity(X, X, this.options);
    this.normalizeEdges(weights, X.rows);
    const given = new Float64Array(X.rows * classes);
    y.forEach((label, row) => {
      if (label !== UNLABELED) given[row * classes + label] = 1;
    });
    let shares: Float64Array = given;
    let change = Infinity;
    this.iterations = 0;
    while (this.iterations < this.options.maxIter && change >= this.options.tol) {
      const next = multiply(weights, shares, X.rows, classes);
      this.applyLabels(next, given, y, classes);
      change = 0;
      for (let i = 0; i < next.length; i++) change += Math.abs(next[i] - shares[i]);
      shares = next;
      this.iterations++;
    }
    normalizeRows(shares, classes);
    this.state = { cols: X.cols, classes, X, shares };
  }

  /** Class shares of the training rows, rows × classes; all 0 for a row without a path to a labeled row. */
  get labelDistributions(): Float64Array {
    if (!this.state) throw new NotFittedError(this.name);
    return this.state.shares;
  }

  /** Class number of each training row. */
  get transduction(): Int32Array {
    return argmaxRows(this.labelDistributions, this.state!.classes);
  }

  /**
   * Returns the class shares of the training rows that each row is connected to. A row without connections gets equal probabilities.
   *
   * @throws NotFittedError, ShapeError, ValueError
   */
  predictProba(X: Matrix): Float32Array {
    const state = checkFitted(this.name, this.state, X);
    const { classes } = state;
    const shares = multiply(affinity(X, state.X, this.options), state.shares, X.rows, classes);
    normalizeRows(shares, classes);
    for (let row = 0; row < X.rows; row++) {
      const ofRow = shares.subarray(row * classes, (row + 1) * classes);
      if (ofRow.every((share) => share === 0)) ofRow.fill(1 / classes);
    }
    return Float32Array.from(shares);
  }
}

/**
 * Label propagation (Zhu and Ghahramani 2002), as scikit-learn's `LabelPropagation`: each row gets the class shares of the rows that
 * it is connected to, and labeled rows keep their label. Needs memory for rows × rows numbers.
 *
 * ```ts
 * const X = { rows: 4, cols: 1, data: Float32Array.of(0, 1, 8, 9) };
 * const model = new LabelPropagation({ gamma: 1 }).fit(X, ['mTEC', -1, -1, 'cTEC']); // -1: the class is unknown
 * model.predict(X); // ['mTEC', 'mTEC', 'cTEC', 'cTEC']
 * ```
 */
export class LabelPropagation extends GraphClassifier {
  constructor(options: LabelPropagationOptions = {}) {
    checkOptions('LabelPropagation', options, propagationNames);
    super('LabelPropagation', { maxIter: 1000, tol: 1e-3, ...options });
  }

  protected normalizeEdges(): void {
    // Shares are divided by their sum after each round, so the edge weights need no normalization.
  }

  protected applyLabels(shares: Float64Array, given: Float64Array, y: Int32Array, classes: number): void {
    normalizeRows(shares, classes);
    for (let i = 0; i < shares.length; i++) if (y[Math.floor(i / classes)] !== UNLABELED) shares[i] = given[i]!;
  }
}

/**
 * Label spreading (Zhou et al. 2004), as scikit-learn's `LabelSpreading`. Unlike label propagation it normalizes edge weights by the
 * degrees of the rows, and labeled rows keep only part of their label, so that wrong labels do less harm. Needs memory for
 * rows × rows numbers.
 */
export class LabelSpreading extends GraphClassifier {
  private readonly alpha: number;

  constructor(options: LabelSpreadingOptions = {}) {
    checkOptions('LabelSpreading', options, spreadingNames);
    super('LabelSpreading', { maxIter: 30, tol: 1e-3, ...options });
    this.alpha = options.alpha ?? 0.2;
    if (!(this.alpha > 0 && this.alpha < 1)) throw ArgumentError.of('alpha', this.alpha, 'a number between 0 and 1');
  }

  protected normalizeEdges(weights: Float64Array, rows: number): void {
    const degree = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      weights[i * rows + i] = 0;
      for (let j = 0; j < rows; j++) degree[j] += weights[i * rows + j];
    }
    const root = degree.map((sum) => Math.sqrt(sum) || 1);
    for (let i = 0; i < rows; i++) for (let j = 0; j < rows; j++) weights[i * rows + j] /= root[i] * root[j];
  }

  protected applyLabels(shares: Float64Array, given: Float64Array): void {
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

function normalizeRows(shares: Float64Array, classes: number): void {
  for (let start = 0; start < shares.length; start += classes) {
    let sum = 0;
    for (let i = start; i < start + classes; i++) sum += shares[i];
    if (sum === 0) continue;
    for (let i = start; i < start + classes; i++) shares[i] /= sum;
  }
}
