import { checkCount } from '@geneformer-ts/analysis';
import { selectRows } from '@geneformer-ts/analysis';
import { checkOptions, type Matrix, type OptionNames } from '@geneformer-ts/core';
import { LabeledClassifier } from '../labeled-classifier.js';
import { stratifiedKFold } from '@geneformer-ts/eval';
import { checkFitted, checkShared, checkTraining, type Classifier } from '../classifier.js';
import { compactClasses } from '../labels.js';
import { minimize } from '../linear/lbfgs.js';

/** Classifier with margins. */
export interface MarginClassifier extends Classifier {
  /** Returns margins, rows × machines: one machine per class, or one for two classes. */
  decisionFunction(X: Matrix): Float64Array;
}

/** Options of {@link CalibratedClassifierCV}. */
export interface CalibratedClassifierCVOptions {
  /** Number of folds; the probabilities are fitted on held-out margins. Default 5. */
  cv?: number;
  /** Seed of the folds. Default 0. */
  randomState?: number;
}

const known: OptionNames<CalibratedClassifierCVOptions> = { cv: true, randomState: true };

interface CalibratedState {
  cols: number;
  classes: number;
  present: Int32Array;
  model: MarginClassifier;
  /** Slope and offset of each machine. */
  sigmoids: [number, number][];
}

/**
 * Calibrates a classifier with margins, as scikit-learn's `CalibratedClassifierCV(method='sigmoid', ensemble=False)` does. A logistic
 * function, fitted on held-out margins, converts the margins of each machine to probabilities (Platt 1999), which are then divided by
 * their sum.
 *
 * Unlike in scikit-learn, the argument is a function that creates a classifier, the isotonic method is not available, and `randomState` shuffles
 * the folds. A fit calls the classifier's `fit` `cv + 1` times.
 *
 * ```ts
 * const svm = new CalibratedClassifierCV(() => new LinearSVC({ C: 0.1 })).fit(X, y);
 * svm.predictProba(X); // calibrated probabilities, rows × classes
 * ```
 */
export class CalibratedClassifierCV extends LabeledClassifier {
  private state: CalibratedState | undefined;

  constructor(
    private readonly make: () => MarginClassifier,
    private readonly options: CalibratedClassifierCVOptions = {},
  ) {
    super();
    checkOptions('CalibratedClassifierCV', options, known);
    checkCount('cv', options.cv ?? 5, 2);
    checkShared(options);
  }

  /** @throws TooFewRowsError when a class has fewer rows than there are folds, and the errors of the classifier */
  protected fitEncoded(X: Matrix, y: Int32Array, classes: number): void {
    const { cv = 5, randomState = 0 } = this.options;
    const { present, compact } = compactClasses(y, checkTraining('CalibratedClassifierCV', X, y, classes));
    const machines = present.length === 2 ? 1 : present.length;
    const margins = new Float64Array(X.rows * machines);
    const folds = stratifiedKFold(compact, { nSplits: cv, seed: randomState });
    const rows = Int32Array.from(folds.keys());
    for (let fold = 0; fold < cv; fold++) {
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
  }

  /**
   * Returns calibrated probabilities, rows × classes.
   *
   * @throws NotFittedError, ShapeError, ValueError
   */
  predictProba(X: Matrix): Float32Array {
    const { model, sigmoids, classes, present } = checkFitted('CalibratedClassifierCV', this.state, X);
    const margins = model.decisionFunction(X);
    const machines = sigmoids.length;
    const probabilities = new Float32Array(X.rows * classes);
    for (let row = 0; row < X.rows; row++) {
      const shares = sigmoids.map(
        ([slope, offset], k) => 1 / (1 + Math.exp(slope * margins[row * machines + k] + offset)),
      );
      if (machines === 1) shares.unshift(1 - shares[0]);
      const sum = shares.reduce((a, b) => a + b);
      // When all probabilities round to 0, all classes are equally likely.
      shares.forEach((share, k) => {
        probabilities[row * classes + present[k]] = sum > 0 ? share / sum : 1 / shares.length;
      });
    }
    return probabilities;
  }
}

/**
 * Returns the slope and offset of `1 / (1 + exp(slope × margin + offset))` with the lowest log loss for 0/1 targets. The targets are
 * first moved towards each other by Bayes' rule, as in Platt (1999).
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
  const { x } = minimize(evaluate, start, { maxIterations: 200, gradientTolerance: 1e-8, valueTolerance: 0 });
  return [x[0], x[1]];
}
