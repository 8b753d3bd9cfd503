import { checkCount, selectRows } from '@geneformer-ts/analysis';
import { ArgumentError, type Matrix, type Progress } from '@geneformer-ts/core';
import { argmaxRows, checkFitted, type Classifier } from './classifier.js';
import { checkPartlyLabelled, labelsOf, UNLABELLED } from './unlabelled.js';

/** Options of {@link SelfTraining}; names and defaults are those of scikit-learn's `SelfTrainingClassifier`. */
export interface SelfTrainingOptions {
  /** Which predictions become labels: all above `threshold`, or the `kBest` surest. Default `'threshold'`. */
  criterion?: 'threshold' | 'k-best';
  /** Default 0.75. */
  threshold?: number;
  /** Default 10. */
  kBest?: number;
  /** Rounds at most. Default 10. */
  maxIter?: number;
  onProgress?: Progress;
}

/**
 * Self-training (Yarowsky 1995) as scikit-learn does it: fit on the labelled rows, take the surest predictions of the others as
 * labels, and again until nothing is sure, every row has a label or `maxIter` is reached.
 *
 * ```ts
 * new SelfTraining(() => new LogisticRegression()).fit(X, y, 2); // y is -1 where the class is not known
 * ```
 */
export class SelfTraining implements Classifier {
  private state: { cols: number; classes: number; model: Classifier } | undefined;
  /** Label each training row ended with, -1 for those that got none. */
  transduction = new Int32Array(0);
  /** Round in which each training row got its label: 0 for those that came with one, -1 for those that got none. */
  labelledIn = new Int32Array(0);

  constructor(
    private readonly make: () => Classifier,
    private readonly options: SelfTrainingOptions = {},
  ) {
    checkCount('kBest', options.kBest ?? 10);
    checkCount('maxIter', options.maxIter ?? 10);
    const { threshold = 0.75 } = options;
    if (!(threshold >= 0 && threshold < 1)) {
      throw ArgumentError.of('threshold', threshold, 'a probability of at least 0 and below 1');
    }
  }

  /**
   * @param y class of each row, -1 where it is not known
   * @throws what the model throws, ShapeError, ValueError, OneClassError
   */
  fit(X: Matrix, y: Int32Array, classes: number): this {
    const { maxIter = 10, onProgress } = this.options;
    let labelled = checkPartlyLabelled('SelfTraining', X, y, classes);
    const labels = y.slice();
    const labelledIn = y.map((label) => (label === UNLABELLED ? -1 : 0));
    const fit = () => this.make().fit(selectRows(X, labelled), labelsOf(labels, labelled), classes);
    for (let round = 1; round <= maxIter && labelled.length < X.rows; round++) {
      const open = Int32Array.from(labels.keys()).filter((row) => labels[row] === UNLABELLED);
      const probabilities = fit().predictProba(selectRows(X, open));
      const predicted = argmaxRows(probabilities, classes);
      const sure = this.surest(Float32Array.from(predicted, (label, i) => probabilities[i * classes + label]));
      for (const i of sure) {
        labels[open[i]] = predicted[i]!;
        labelledIn[open[i]] = round;
      }
      onProgress?.({ stage: 'self-training', done: round, total: maxIter, unit: 'rounds', detail: `+${sure.length}` });
      if (sure.length === 0) break;
      labelled = Int32Array.from(labels.keys()).filter((row) => labels[row] !== UNLABELLED);
    }
    this.state = { cols: X.cols, classes, model: fit() };
    this.transduction = labels;
    this.labelledIn = labelledIn;
    return this;
  }

  /** @throws NotFittedError, ShapeError, ValueError */
  predictProba(X: Matrix): Float32Array {
    return checkFitted('SelfTraining', this.state, X).model.predictProba(X);
  }

  /** @throws NotFittedError, ShapeError, ValueError */
  predict(X: Matrix): Int32Array {
    return argmaxRows(this.predictProba(X), this.state!.classes);
  }

  /** Positions of the predictions that become labels. */
  private surest(confidence: Float32Array): Int32Array {
    const { criterion = 'threshold', threshold = 0.75, kBest = 10 } = this.options;
    const all = Int32Array.from(confidence.keys());
    if (criterion === 'threshold') return all.filter((i) => confidence[i] > threshold);
    return all.sort((a, b) => confidence[b] - confidence[a]).subarray(0, kBest);
  }
}
