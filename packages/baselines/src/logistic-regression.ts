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
import { linearKernel } from './linear-kernels.js';
import { coefficients, intercepts, type LinearState } from './linear-state.js';
import { logisticLoss, softmaxLoss } from './logistic-loss.js';
import type { Matrix } from './matrix.js';

/** Options of {@link LogisticRegression}; names and defaults are scikit-learn's. */
export interface LogisticRegressionOptions {
  /** Inverse strength of the L2 penalty. Default 1. */
  C?: number;
  /** Fit an unpenalised intercept. Default true. */
  fitIntercept?: boolean;
  /** Stop when no component of the gradient of the summed loss is larger. Default 1e-4. */
  tol?: number;
  /** Default 100. */
  maxIter?: number;
  /** `'balanced'` weighs every class the same however many rows it has. Default none. */
  classWeight?: ClassWeight;
  onProgress?: Progress;
}

/**
 * Logistic regression with an L2 penalty, fitted by L-BFGS: scikit-learn's `LogisticRegression(solver='lbfgs')`. It minimises
 * `½‖w‖² + C Σ loss`; with two classes the binomial loss and one row of coefficients, with more the multinomial.
 * A class without training rows gets probability 0. The fit stops as scikit-learn's does, on the gradient (`tol`) or when a step gains less
 * than 2.2e-5 × `tol` of the loss, or after `maxIter`; `converged` tells which.
 */
export class LogisticRegression implements Classifier {
  private state: LinearState | undefined;
  /** Iterations of the last fit. */
  iterations = 0;
  /** Whether the last fit ended before `maxIter`. */
  converged = false;

  constructor(private readonly options: LogisticRegressionOptions = {}) {
    checkPositive('C', options.C ?? 1);
    checkPositive('tol', options.tol ?? 1e-4);
    checkCount('maxIter', options.maxIter ?? 100);
  }

  /** @throws ShapeError, ValueError, OneClassError, OptionError */
  fit(X: Matrix, y: Int32Array, classes: number): this {
    const { C = 1, fitIntercept = true, tol = 1e-4, maxIter = 100, classWeight, onProgress } = this.options;
    const counts = checkTraining('LogisticRegression', X, y, classes);
    const { present, compact } = compactClasses(y, counts);
    const outputs = present.length === 2 ? 1 : present.length;
    const kernel = linearKernel(X);
    const weightOf = classWeights(compact, present.length, classWeight);
    const loss = outputs === 1 ? logisticLoss : softmaxLoss;
    const stride = X.cols + 1;
    const scores = new Float64Array(outputs * X.rows);

    const evaluate = (weights: Float64Array, gradient: Float64Array): number => {
      kernel.scores(weights, outputs, scores);
      const sum = loss(scores, compact, weightOf);
      kernel.transposed(scores, outputs, gradient);
      let penalty = 0;
      for (let k = 0; k < outputs; k++) {
        const w = weights.subarray(k * stride, k * stride + X.cols);
        penalty += dot(w, w);
        for (let j = 0; j < X.cols; j++) gradient[k * stride + j]! += w[j]! / C;
        if (!fitIntercept) gradient[k * stride + X.cols] = 0;
      }
      return sum + penalty / (2 * C);
    };
    const found = minimise(evaluate, new Float64Array(outputs * stride), {
      maxIterations: maxIter,
      gradientTolerance: tol,
      valueTolerance: 2.2e-5 * tol,
      onIteration: (done) => onProgress?.({ stage: 'logistic regression', done, total: maxIter, unit: 'iterations' }),
    });
    this.iterations = found.iterations;
    this.converged = found.converged;
    this.state = { cols: X.cols, classes, present, outputs, weights: found.x };
    return this;
  }

  /** One row of coefficients a class with training rows, or a single row for two; columns are those of X. */
  get coef(): Float64Array[] {
    return coefficients('LogisticRegression', this.state);
  }

  /** One intercept a row of {@link coef}. */
  get intercept(): Float64Array {
    return intercepts('LogisticRegression', this.state);
  }

  /** @throws NotFittedError, ShapeError, ValueError */
  predictProba(X: Matrix): Float32Array {
    const { outputs, weights, classes, present } = checkFitted('LogisticRegression', this.state, X);
    const scores = new Float64Array(outputs * X.rows);
    linearKernel(X).scores(weights, outputs, scores);
    return probabilitiesOf(scores, X.rows, classes, present);
  }

  /** @throws NotFittedError, ShapeError, ValueError */
  predict(X: Matrix): Int32Array {
    return argmaxRows(this.predictProba(X), this.state!.classes);
  }
}
