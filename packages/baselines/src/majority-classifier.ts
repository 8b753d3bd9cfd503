import { ArgumentError, checkLabels, type Matrix } from '@geneformer-ts/core';
import { argmaxRows, checkFitted, type Classifier } from './classifier.js';

/**
 * Gives every row the class shares of the training rows, so that it always predicts the most frequent class. The floor under every
 * other model.
 */
export class MajorityClassifier implements Classifier {
  private state: { cols: number; shares: Float32Array } | undefined;

  /** @throws ShapeError, ValueError, ArgumentError when there are no rows */
  fit(X: Matrix, y: Int32Array, classes: number): this {
    checkLabels(X, y, classes);
    if (y.length === 0) throw ArgumentError.of('y', [], 'at least one training row');
    const shares = new Float32Array(classes);
    for (const label of y) shares[label] += 1;
    this.state = { cols: X.cols, shares: shares.map((count) => count / y.length) };
    return this;
  }

  predictProba(X: Matrix): Float32Array {
    const { shares } = checkFitted('MajorityClassifier', this.state, X);
    const probabilities = new Float32Array(X.rows * shares.length);
    for (let row = 0; row < X.rows; row++) probabilities.set(shares, row * shares.length);
    return probabilities;
  }

  predict(X: Matrix): Int32Array {
    return argmaxRows(this.predictProba(X), this.state!.shares.length);
  }
}
