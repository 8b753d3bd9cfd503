import { selectRows } from '@geneformer-ts/analysis';
import type { Matrix } from '@geneformer-ts/core';
import { stratifiedKFold } from '@geneformer-ts/eval';
import { argmaxRows, checkFitted, checkTraining, type Classifier } from './classifier.js';
import { compactClasses } from './class-set.js';
import { minimise } from './lbfgs.js';

/** A classifier that gives margins: rows × machines, one machine for two classes. */
export interface MarginClassifier extends Classifier {
  decisionFunction(X: Matrix): Float64Array;
}

/** Options of {@link PlattScaling}. */
export interface PlattScalingOptions {
  /** Folds whose held-out margins the probabilities are fitted to. Default 5. */
  nSplits?: number;
  /** Seed of the folds. Default 0. */
  seed?: number;
}

interface CalibratedState {
  cols: number;
  classes: number;
  present: Int32Array;
  model: MarginClassifier;
  /** Slope and offset of each machine. */
  sigmoids: [number, number][];
}

/**
 * Turns margins into calibrated probabilities: a logistic function of each machine's margin, fitted to margins of rows that the
 * machine has not seen (Platt 1999), the classes' shares then divided by their sum. scikit-learn's
 * `CalibratedClassifierCV(method='sigmoid', ensemble=False)`. It fits the model `nSplits + 1` times.
 *
 * ```ts
 * const svm = new PlattScaling(() => new LinearSVM({ C: 0.1 }));
 * ```
 */
export class PlattScaling implements Classifier {
  private state: CalibratedState | undefined;

  constructor(
    private readonly make: () => MarginClassifier,
    private readonly options: PlattScalingOptions = {},
  ) {}

  /** @throws what the model throws, and TooFewRowsError when a class has fewer rows than there are folds */
  fit(X: Matrix, y: Int32Array, classes: number): this {
    const { nSplits = 5, seed = 0 } = this.options;
    const { present, compact } = compactClasses(y, checkTraining('PlattScaling', X, y, classes));
    const machines = present.length === 2 ? 1 : present.length;
    const margins = new Float64Array(X.rows * machines);
    const folds = stratifiedKFold(compact, { nSplits, seed });
    const rows = Int32Array.from(folds.keys());
    for (let fold = 0; fold < nSplits; fold++) {
      const train = rows.filter((row) => folds[row] !== fold);
      const test = rows.filter((row) => folds[row] === fold);
      const labels = Int32Array.from(train, (row) => compact[row]);
      const model = this.make().fit(selectRows(X, train), labels, present.length);
      const held = model.decisionFunction(selectRows(X, test));
      test.forEach((row, i) => margins.set(held.subarray(i * machines, (i + 1) * machines), row * machines));
    }
    const sigmoids = Array.from({ length: machines }, (_, k) =>
      fitSigmoid(
        Float64Array.from(rows, (row) => margins[row * machines + k]),
        compact.map((label) => (label === (machines === 1 ? 1 : k) ? 1 : 0)),
      ),
    );
    this.state = { cols: X.cols, classes, present, model: this.make().fit(X, compact, present.length), sigmoids };
    return this;
  }

  /** @throws NotFittedError, ShapeError, ValueError */
  predictProba(X: Matrix): Float32Array {
    const { model, sigmoids, classes, present } = checkFitted('PlattScaling', this.state, X);
    const margins = model.decisionFunction(X);
    const machines = sigmoids.length;
    const probabilities = new Float32Array(X.rows * classes);
    for (let row = 0; row < X.rows; row++) {
      const shares = sigmoids.map(
        ([slope, offset], k) => 1 / (1 + Math.exp(slope * margins[row * machines + k] + offset)),
      );
      if (machines === 1) shares.unshift(1 - shares[0]);
      const sum = shares.reduce((a, b) => a + b);
      // Every machine certain that it is not its class leaves nothing to divide by: all classes are then as likely.
      shares.forEach((share, k) => {
        probabilities[row * classes + present[k]] = sum > 0 ? share / sum : 1 / shares.length;
      });
    }
    return probabilities;
  }

  /** @throws NotFittedError, ShapeError, ValueError */
  predict(X: Matrix): Int32Array {
    return argmaxRows(this.predictProba(X), this.state!.classes);
  }
}

/**
 * Slope and offset of `1 / (1 + exp(slope × margin + offset))` that fit 0/1 targets best, the targets drawn in a little from 0 and 1
 * by Bayes' rule as Platt does.
 */
export function fitSigmoid(margins: Float64Array, targets: Int32Array): [number, number] {
  const positives = targets.reduce((a, b) => a + b, 0);
  const negatives = targets.length - positives;
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (negatives + 2);
  const evaluate = (x: Float64Array, gradient: Float64Array): number => {
    let loss = 0;
    gradient.fill(0);
    for (let row = 0; row < margins.length; row++) {
      const target = targets[row] === 1 ? high : low;
      const exponent = x[0] * margins[row] + x[1];
      const decay = Math.exp(-Math.abs(exponent));
      loss += Math.max(exponent, 0) + Math.log1p(decay) - (1 - target) * exponent;
      const share = exponent >= 0 ? decay / (1 + decay) : 1 / (1 + decay);
      gradient[0] += (target - share) * margins[row];
      gradient[1] += target - share;
    }
    return loss;
  };
  const start = Float64Array.of(0, Math.log((negatives + 1) / (positives + 1)));
  const { x } = minimise(evaluate, start, { maxIterations: 200, gradientTolerance: 1e-8, valueTolerance: 0 });
  return [x[0], x[1]];
}
