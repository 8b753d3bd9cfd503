import {
  argmaxRows,
  checkCount,
  checkFitted,
  checkPositive,
  checkTraining,
  type Classifier,
  type Progress,
} from './classifier.js';
import { classWeights, compactClasses, probabilitiesOf, type ClassWeight } from './class-set.js';
import { dot, minimise } from './lbfgs.js';
import { linearKernel, type LinearKernel } from './linear-kernels.js';
import { coefficients, intercepts, type LinearState } from './linear-state.js';
import type { Matrix } from './matrix.js';

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
  }

  /** @throws ShapeError, ValueError, OneClassError, OptionError */
  fit(X: Matrix, y: Int32Array, classes: number): this {
    const counts = checkTraining('LinearSVM', X, y, classes);
    const { present, compact } = compactClasses(y, counts);
    const outputs = present.length === 2 ? 1 : present.length;
    const kernel = linearKernel(X);
    const weightOf = classWeights(compact, present.length, this.options.classWeight);
    const weights = new Float64Array(outputs * (X.cols + 1));
    for (let k = 0; k < outputs; k++) {
      const positive = outputs === 1 ? 1 : k;
      const targets = Float64Array.from(compact, (label) => (label === positive ? 1 : -1));
      // With more than two machines liblinear weighs the class it singles out and leaves the rest at 1.
      const costs = Float64Array.from(compact, (label) => (outputs === 1 || label === k ? weightOf[label]! : 1));
      weights.set(this.fitMachine(kernel, targets, costs), k * (X.cols + 1));
      this.options.onProgress?.({ stage: 'linear SVM', done: k + 1, total: outputs, unit: 'machines' });
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
    const { outputs } = checkFitted('LinearSVM', this.state, X);
    const margins = this.margins(X);
    return margins.map((_, i) => margins[(i % outputs) * X.rows + Math.floor(i / outputs)]!);
  }

  /** @throws NotFittedError, ShapeError, ValueError */
  predictProba(X: Matrix): Float32Array {
    const { classes, present } = checkFitted('LinearSVM', this.state, X);
    return probabilitiesOf(this.margins(X), X.rows, classes, present);
  }

  /** @throws NotFittedError, ShapeError, ValueError */
  predict(X: Matrix): Int32Array {
    return argmaxRows(this.predictProba(X), this.state!.classes);
  }

  private margins(X: Matrix): Float64Array {
    const { outputs, weights } = this.state!;
    const margins = new Float64Array(outputs * X.rows);
    linearKernel(X).scores(weights, outputs, margins);
    return margins;
  }

  private fitMachine(kernel: LinearKernel, targets: Float64Array, costs: Float64Array): Float64Array {
    const { C = 1, fitIntercept = true, tol = 1e-4, maxIter = 1000 } = this.options;
    const margins = new Float64Array(kernel.rows);
    const evaluate = (weights: Float64Array, gradient: Float64Array): number => {
      kernel.scores(weights, 1, margins);
      let loss = 0;
      for (let row = 0; row < margins.length; row++) {
        const target = targets[row]!;
        const short = Math.max(0, 1 - target * margins[row]!);
        const cost = C * costs[row]!;
        loss += cost * short * short;
        margins[row] = -2 * cost * target * short;
      }
      kernel.transposed(margins, 1, gradient);
      for (let j = 0; j < weights.length; j++) gradient[j]! += weights[j]!;
      if (!fitIntercept) gradient[kernel.cols] = 0;
      return loss + dot(weights, weights) / 2;
    };
    const positives = targets.reduce((count, target) => count + (target > 0 ? 1 : 0), 0);
    return minimise(evaluate, new Float64Array(kernel.cols + 1), {
      maxIterations: maxIter,
      gradientTolerance: 0,
      relativeTolerance: (tol * Math.min(positives, targets.length - positives)) / targets.length,
      valueTolerance: 0,
    }).x;
  }
}
