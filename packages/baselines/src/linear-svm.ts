import { checkCount, columnMoments } from '@geneformer-ts/analysis';
import type { Matrix, Progress } from '@geneformer-ts/core';
import { argmaxRows, checkFitted, checkPositive, checkTraining, type Classifier } from './classifier.js';
import { classWeights, compactClasses, type ClassWeight } from './class-set.js';
import { Crew } from './crew.js';
import { weightCurvature } from './curvature.js';
import { linearProblem } from './share-problem.js';
import { coefficients, intercepts, linearProbabilities, linearScores, type LinearState } from './linear-state.js';
import type { MachineJob } from './svm-machine.js';

/** Options of {@link LinearSVM}; names and defaults are those of scikit-learn's `LinearSVC`. */
export interface LinearSVMOptions {
  /** Weight of the loss against the penalty. Default 1. */
  C?: number;
  /** Fit an intercept; as in liblinear it is penalised like the other weights. Default true. */
  fitIntercept?: boolean;
  /** liblinear's stopping rule: gradient below `tol` × (share of the rarer side) of the gradient at the start. Default 1e-4. */
  tol?: number;
  /** Default 1000. */
  maxIter?: number;
  /** `'balanced'` weighs every class the same however many rows it has. Default none. */
  classWeight?: ClassWeight;
  /** Threads that fit machines, of which there is one a class; the fit is the same for any number. Default 1. */
  threads?: number;
  onProgress?: Progress;
}

/**
 * Linear support vector machine: liblinear's L2-regularised squared hinge in the primal, `½‖w‖² + C Σ max(0, 1 - t f(x))²`
 * with the intercept inside w, one class against the rest (a single machine for two classes). Fitted by L-BFGS.
 *
 * An SVM gives margins, not probabilities. {@link predictProba} is their softmax (logistic function for two classes): it keeps the
 * predicted class and, for two classes, the order of the rows, so accuracy and the binary AUC are those of the margins, but
 * it is not calibrated. Wrap the machine in PlattScaling where calibration matters.
 */
export class LinearSVM implements Classifier {
  private state: LinearState | undefined;

  constructor(private readonly options: LinearSVMOptions = {}) {
    checkPositive('C', options.C ?? 1);
    checkPositive('tol', options.tol ?? 1e-4);
    checkCount('maxIter', options.maxIter ?? 1000);
    checkCount('threads', options.threads ?? 1);
  }

  /** @throws ShapeError, ValueError, OneClassError, ArgumentError */
  fit(X: Matrix, y: Int32Array, classes: number): this {
    const { C = 1, fitIntercept = true, tol = 1e-4, maxIter = 1000, threads = 1 } = this.options;
    const counts = checkTraining('LinearSVM', X, y, classes);
    const { present, compact } = compactClasses(y, counts);
    const outputs = present.length === 2 ? 1 : present.length;
    const crew = Crew.hire(threads);
    const weights = new Float64Array(outputs * (X.cols + 1));
    try {
      const job: MachineJob = {
        ...linearProblem(X, 1, crew),
        y: crew.share(compact),
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
      crew
        .open('svm-machine', job)
        .run(outputs, progress)
        .forEach((machine, k) => machine.forEach((weight, col) => (weights[col * outputs + k] = weight)));
    } finally {
      crew.dismiss();
    }
    this.state = { cols: X.cols, classes, present, outputs, weights };
    return this;
  }

  /** One row of coefficients a class with training rows, or a single row for two; columns are those of X. */
  get coef(): Float64Array[] {
    return coefficients('LinearSVM', this.state);
  }

  /** One intercept a row of {@link coef}. */
  get intercept(): Float64Array {
    return intercepts('LinearSVM', this.state);
  }

  /**
   * Signed margins, rows × machines, row-major: one machine a class with training rows, or one for two classes (positive means
   * the second).
   *
   * @throws NotFittedError, ShapeError, ValueError
   */
  decisionFunction(X: Matrix): Float64Array {
    return linearScores(checkFitted('LinearSVM', this.state, X), X);
  }

  /** @throws NotFittedError, ShapeError, ValueError */
  predictProba(X: Matrix): Float32Array {
    return linearProbabilities(checkFitted('LinearSVM', this.state, X), X);
  }

  /** @throws NotFittedError, ShapeError, ValueError */
  predict(X: Matrix): Int32Array {
    return argmaxRows(this.predictProba(X), this.state!.classes);
  }
}
