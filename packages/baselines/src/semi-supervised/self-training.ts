import { checkCount, selectRows } from '@geneformer-ts/analysis';
import { LabeledClassifier } from '../labeled-classifier.js';
import {
  ArgumentError,
  checkChoice,
  checkOptions,
  type Matrix,
  type OptionNames,
  type Progress,
} from '@geneformer-ts/core';
import { argmaxRows, checkFitted, type Classifier } from '../classifier.js';
import { checkPartlyLabeled, labelsOf, UNLABELED } from '../labels.js';

/** Options of {@link SelfTrainingClassifier}; names and defaults are those of scikit-learn's `SelfTrainingClassifier`. */
export interface SelfTrainingClassifierOptions {
  /** Predictions that become labels: all above `threshold`, or the `kBest` most probable. Default `'threshold'`. */
  criterion?: 'threshold' | 'k_best';
  /** Probability above which a prediction becomes a label. Default 0.75. */
  threshold?: number;
  /** Number of labels added per round with `'k_best'`. Default 10. */
  kBest?: number;
  /** Maximum number of rounds. Default 10. */
  maxIter?: number;
  onProgress?: Progress;
}

const known: OptionNames<SelfTrainingClassifierOptions> = {
  criterion: true,
  threshold: true,
  kBest: true,
  maxIter: true,
  onProgress: true,
};

/**
 * Self-training (Yarowsky 1995), as scikit-learn's `SelfTrainingClassifier`: fits on the labeled rows, makes the most probable
 * predictions for the other rows their labels, and repeats until no prediction qualifies, every row has a label or `maxIter` is
 * reached.
 *
 * ```ts
 * const y = ['mTEC', -1, 'cTEC', -1]; // -1: the class is unknown
 * const model = new SelfTrainingClassifier(() => new LogisticRegression()).fit(X, y);
 * model.transduction; // class numbers after self-training, -1 for rows without a label
 * ```
 */
export class SelfTrainingClassifier extends LabeledClassifier {
  protected override readonly allowsUnlabeled = true;
  private state: { cols: number; classes: number; model: Classifier } | undefined;
  /** Final class number of each training row, -1 for rows without a label. */
  transduction = new Int32Array(0);
  /** Round in which each training row got its label: 0 for rows labeled from the start, -1 for rows without a label. */
  labeledIter = new Int32Array(0);

  constructor(
    private readonly make: () => Classifier,
    private readonly options: SelfTrainingClassifierOptions = {},
  ) {
    super();
    checkOptions('SelfTrainingClassifier', options, known);
    checkCount('kBest', options.kBest ?? 10);
    checkCount('maxIter', options.maxIter ?? 10);
    checkChoice('criterion', options.criterion ?? 'threshold', ['threshold', 'k_best']);
    const { threshold = 0.75 } = options;
    if (!(threshold >= 0 && threshold < 1)) {
      throw ArgumentError.of('threshold', threshold, 'a probability of at least 0 and below 1');
    }
  }

  /**
   * @param y class of each row, -1 where the class is unknown
   * @throws ShapeError, ValueError, OneClassError, and the errors of the classifier
   */
  protected fitEncoded(X: Matrix, y: Int32Array, classes: number): void {
    const { maxIter = 10, onProgress } = this.options;
    let labeled = checkPartlyLabeled('SelfTrainingClassifier', X, y, classes);
    const labels = y.slice();
    const labeledIter = y.map((label) => (label === UNLABELED ? -1 : 0));
    const fit = () => this.make().fit(selectRows(X, labeled), labelsOf(labels, labeled), classes);
    for (let round = 1; round <= maxIter && labeled.length < X.rows; round++) {
      const unlabeled = Int32Array.from(labels.keys()).filter((row) => labels[row] === UNLABELED);
      const probabilities = fit().predictProba(selectRows(X, unlabeled));
      const predicted = argmaxRows(probabilities, classes);
      const selected = this.select(Float32Array.from(predicted, (label, i) => probabilities[i * classes + label]));
      for (const i of selected) {
        labels[unlabeled[i]] = predicted[i]!;
        labeledIter[unlabeled[i]] = round;
      }
      const detail = `+${selected.length}`;
      onProgress?.({ stage: 'self-training', done: round, total: maxIter, unit: 'rounds', detail });
      if (selected.length === 0) break;
      labeled = Int32Array.from(labels.keys()).filter((row) => labels[row] !== UNLABELED);
    }
    this.state = { cols: X.cols, classes, model: fit() };
    this.transduction = labels;
    this.labeledIter = labeledIter;
  }

  /**
   * Returns the probabilities of the classifier of the last round, rows × classes.
   *
   * @throws NotFittedError, ShapeError, ValueError
   */
  predictProba(X: Matrix): Float32Array {
    return checkFitted('SelfTrainingClassifier', this.state, X).model.predictProba(X);
  }

  /** Returns the indices of the predictions that become labels. */
  private select(confidence: Float32Array): Int32Array {
    const { criterion = 'threshold', threshold = 0.75, kBest = 10 } = this.options;
    const all = Int32Array.from(confidence.keys());
    if (criterion === 'threshold') return all.filter((i) => confidence[i] > threshold);
    return all.sort((a, b) => confidence[b] - confidence[a]).subarray(0, kBest);
  }
}
