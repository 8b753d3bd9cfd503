import { checkCount, columnMoments } from '@geneformer-ts/analysis';
import { checkOptions, type Matrix, type OptionNames, type Progress } from '@geneformer-ts/core';
import { LabeledClassifier } from '../labeled-classifier.js';
import { checkFitted, checkPositive, checkShared, checkTraining } from '../classifier.js';
import { classWeights, compactClasses, type ClassWeight } from '../labels.js';
import { fitThreads } from '../threads/fit-threads.js';
import { weightCurvature } from '../linear/curvature.js';
import { linearProblem } from '../threads/share-problem.js';
import {
  coefficients,
  intercepts,
  linearProbabilities,
  linearScores,
  type LinearState,
} from '../linear/linear-model.js';
import type { MachineJob } from './squared-hinge.js';

/** Options of {@link LinearSVC}; names and defaults are those of scikit-learn's `LinearSVC`. */
export interface LinearSVCOptions {
  /** Weight of the loss against the penalty. Default 1. */
  C?: number;
  /** Fit an intercept, with the same penalty as the other weights, as in liblinear. Default true. */
  fitIntercept?: boolean;
  /** Stop, as liblinear does, when the gradient falls below `tol` × (share of the rarer side) × the initial gradient. Default 1e-4. */
  tol?: number;
  /** Maximum number of iterations per machine. Default 1000. */
  maxIter?: number;
  /** `'balanced'` gives every class the same total weight. Default none. */
  classWeight?: ClassWeight;
  /** Number of threads; each fits one machine at a time. The fit is the same for any number. Default 1. */
  nJobs?: number;
  onProgress?: Progress;
}

const known: OptionNames<LinearSVCOptions> = {
  C: true,
  fitIntercept: true,
  tol: true,
  maxIter: true,
  classWeight: true,
  nJobs: true,
  onProgress: true,
};

/**
 * Linear support vector machine, as scikit-learn's `LinearSVC`. Minimizes liblinear's L2-regularized squared hinge loss,
 * `½‖w‖² + C Σ max(0, 1 - t f(x))²` with the intercept in w, by L-BFGS. There is one machine per class against the rest, or a single
 * machine for two classes.
 *
 * {@link predictProba} is the softmax of the margins (logistic function for two classes). It keeps the predicted class and, for two
 * classes, the order of the rows, so accuracy and binary AUC equal those of the margins. The probabilities are not calibrated; use
 * CalibratedClassifierCV for calibrated probabilities.
 *
 * ```ts
 * const X = { rows: 3, cols: 2, data: Float32Array.of(2, 0, 0, 2, 2, 1) };
 * const model = new LinearSVC({ C: 0.1 }).fit(X, ['mTEC', 'cTEC', 'mTEC']);
 * model.predict(X); // ['mTEC', 'cTEC', 'mTEC']
 * model.decisionFunction(X); // [0.6791, -0.3196, 0.5058], positive for classes_[1]
 * ```
 */
export class LinearSVC extends LabeledClassifier {
  private state: LinearState | undefined;

  constructor(private readonly options: LinearSVCOptions = {}) {
    super();
    checkOptions('LinearSVC', options, known);
    checkPositive('C', options.C ?? 1);
    checkPositive('tol', options.tol ?? 1e-4);
    checkCount('maxIter', options.maxIter ?? 1000);
    checkShared(options);
  }

  /** @throws ShapeError, ValueError, OneClassError, ArgumentError */
  protected fitEncoded(X: Matrix, y: Int32Array, classes: number): void {
    const { C = 1, fitIntercept = true, tol = 1e-4, maxIter = 1000, nJobs = 1 } = this.options;
    const counts = checkTraining('LinearSVC', X, y, classes);
    const { present, compact } = compactClasses(y, counts);
    const outputs = present.length === 2 ? 1 : present.length;
    const threads = fitThreads(nJobs);
    const weights = new Float64Array(outputs * (X.cols + 1));
    try {
      const job: MachineJob = {
        ...linearProblem(X, 1, threads),
        y: threads.share(compact),
        machines: outputs,
        weightOf: classWeights(compact, present.length, this.options.classWeight),
        curvature: weightCurvature(columnMoments(X, true), X.rows, Float64Array.of(2 * C), 1),
        C,
        fitIntercept,
        tol,
        maxIter,
      };
      const progress = (done: number) =>
        this.options.onProgress?.({ stage: 'linear SVM', done, total: outputs, unit: 'machines' });
      threads
        .open('svm-machine', job)
        .run(outputs, progress)
        .forEach((machine, k) => machine.forEach((weight, col) => (weights[col * outputs + k] = weight)));
    } finally {
      threads.release();
    }
    this.state = { cols: X.cols, classes, present, outputs, weights };
  }

  /** Coefficients: one array per class with training rows, or a single one for two classes; one value per column of X. */
  get coef(): Float64Array[] {
    return coefficients('LinearSVC', this.state);
  }

  /** Intercepts, one per array of {@link coef}. */
  get intercept(): Float64Array {
    return intercepts('LinearSVC', this.state);
  }

  /**
   * Returns signed margins, rows × machines, row-major: one machine per class with training rows, or one for two classes, where a
   * positive margin means the second class.
   *
   * @throws NotFittedError, ShapeError, ValueError
   */
  decisionFunction(X: Matrix): Float64Array {
    return linearScores(checkFitted('LinearSVC', this.state, X), X);
  }

  /**
   * Returns the softmax of the margins, rows × classes; not calibrated.
   *
   * @throws NotFittedError, ShapeError, ValueError
   */
  predictProba(X: Matrix): Float32Array {
    return linearProbabilities(checkFitted('LinearSVC', this.state, X), X);
  }
}
