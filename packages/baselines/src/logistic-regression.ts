import { checkCount, columnMoments } from '@geneformer-ts/analysis';
import { ArgumentError, type Matrix, type Progress } from '@geneformer-ts/core';
import { argmaxRows, checkFitted, checkPositive, checkTraining, type Classifier } from './classifier.js';
import { classWeights, compactClasses, type ClassWeight } from './class-set.js';
import { Crew } from './crew.js';
import { weightCurvature } from './curvature.js';
import { minimise, type MinimiseOptions, type Minimum } from './lbfgs.js';
import { linearProblem } from './share-problem.js';
import { coefficients, intercepts, linearProbabilities, type LinearState } from './linear-state.js';
import { COLUMNS_A_CHUNK, ROWS_A_CHUNK, type LogisticProblem } from './linear-tasks.js';
import { minimiseL1 } from './owl-qn.js';

/** Options of {@link LogisticRegression}; names and defaults are scikit-learn's. */
export interface LogisticRegressionOptions {
  /** `'l1'` leaves most weights at exactly 0, for chosen genes; `'none'` penalises nothing. Default `'l2'`. */
  penalty?: 'l2' | 'l1' | 'none';
  /** Inverse strength of the penalty. Default 1. */
  C?: number;
  /** Fit an unpenalised intercept. Default true. */
  fitIntercept?: boolean;
  /** Stop when no component of the gradient of the summed loss is larger. Default 1e-4. */
  tol?: number;
  /** Default 100. */
  maxIter?: number;
  /** `'balanced'` weighs every class the same however many rows it has. Default none. */
  classWeight?: ClassWeight;
  /** Threads that evaluate the loss; the fit is the same for any number. Default 1. */
  threads?: number;
  onProgress?: Progress;
}

/**
 * Logistic regression: scikit-learn's `LogisticRegression`. It minimises `½‖w‖² + C Σ loss` by L-BFGS (scikit-learn's `'lbfgs'`), or
 * `‖w‖₁ + C Σ loss` by OWL-QN (the problem that `'saga'` solves); intercepts are not penalised. With two classes the binomial loss and one row of coefficients, with more the multinomial.
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
    checkCount('threads', options.threads ?? 1);
    const { penalty = 'l2' } = options;
    if (!['l2', 'l1', 'none'].includes(penalty)) throw ArgumentError.of('penalty', penalty, "'l2', 'l1' or 'none'");
  }

  /** @throws ShapeError, ValueError, OneClassError, ArgumentError */
  fit(X: Matrix, y: Int32Array, classes: number): this {
    const { C = 1, penalty = 'l2', fitIntercept = true, tol = 1e-4, maxIter = 100, threads = 1 } = this.options;
    const { classWeight, onProgress } = this.options;
    const counts = checkTraining('LogisticRegression', X, y, classes);
    const { present, compact } = compactClasses(y, counts);
    const outputs = present.length === 2 ? 1 : present.length;
    const moments = columnMoments(X, !fitIntercept);
    const crew = Crew.hire(threads);
    try {
      const found = this.minimise(
        {
          ...linearProblem(X, outputs, crew),
          y: crew.share(compact),
          weightOf: classWeights(compact, present.length, classWeight),
          losses: crew.allocate(Float64Array, Math.ceil(X.rows / ROWS_A_CHUNK)),
        },
        moments.mean,
        crew,
        {
          maxIterations: maxIter,
          gradientTolerance: tol,
          valueTolerance: 2.2e-5 * tol,
          curvature: weightCurvature(moments, X.rows, secondDerivatives(compact, present.length), 1 / C),
          onIteration: (done) =>
            onProgress?.({ stage: 'logistic regression', done, total: maxIter, unit: 'iterations' }),
          ...(penalty === 'l1' && { l1: l1Weights(X.cols, outputs, 1 / C) }),
        },
      );
      this.iterations = found.iterations;
      this.converged = found.converged;
      this.state = { cols: X.cols, classes, present, outputs, weights: found.x };
    } finally {
      crew.dismiss();
    }
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
    return linearProbabilities(checkFitted('LogisticRegression', this.state, X), X);
  }

  /** @throws NotFittedError, ShapeError, ValueError */
  predict(X: Matrix): Int32Array {
    return argmaxRows(this.predictProba(X), this.state!.classes);
  }

  private minimise(
    problem: LogisticProblem,
    mean: Float64Array,
    crew: Crew,
    options: MinimiseOptions & { l1?: Float64Array },
  ): Minimum {
    const { C = 1, penalty = 'l2', fitIntercept = true } = this.options;
    const { rows, cols, outputs, gradient: summed, losses } = problem;
    const rowChunks = crew.open('logistic-rows', problem);
    const columnChunks = crew.open('gradient-columns', problem);
    const shrinkage = penalty === 'l2' ? 1 / C : 0;
    const evaluate = (weights: Float64Array, gradient: Float64Array): number => {
      uncentre(weights, mean, problem.weights);
      rowChunks.run(Math.ceil(rows / ROWS_A_CHUNK));
      columnChunks.run(Math.ceil((cols + 1) / COLUMNS_A_CHUNK));
      let squares = 0;
      for (let i = 0; i < cols * outputs; i++) {
        const weight = weights[i];
        squares += weight * weight;
        gradient[i] =
          summed[i] - mean[Math.floor(i / outputs)] * summed[cols * outputs + (i % outputs)] + shrinkage * weight;
      }
      for (let i = cols * outputs; i < weights.length; i++) gradient[i] = fitIntercept ? summed[i] : 0;
      return losses.reduce((sum, loss) => sum + loss, 0) + (shrinkage * squares) / 2;
    };
    const start = new Float64Array(problem.weights.length);
    const found = options.l1 ? minimiseL1(evaluate, start, options.l1, options) : minimise(evaluate, start, options);
    const x = new Float64Array(found.x.length);
    uncentre(found.x, mean, x);
    if (outputs > 1) centreOutputs(x, outputs, penalty === 'l1' ? cols : 0);
    return { ...found, x };
  }
}

/** What an L1 penalty costs a unit of each weight; the intercepts are free. */
function l1Weights(cols: number, outputs: number, cost: number): Float64Array {
  return new Float64Array((cols + 1) * outputs).fill(cost, 0, cols * outputs);
}

/**
 * Weights for the columns as they are from weights for columns less their means, which differ in the intercepts. The problem is the
 * same, but columns that are all positive, as counts are, pull together on every weight; about their means they do not.
 */
function uncentre(weights: Float64Array, mean: Float64Array, out: Float64Array): void {
  const cols = mean.length;
  const outputs = weights.length / (cols + 1);
  out.set(weights);
  for (let k = 0; k < outputs; k++) {
    let shift = 0;
    for (let col = 0; col < cols; col++) shift += mean[col] * weights[col * outputs + k];
    out[cols * outputs + k] -= shift;
  }
}

/**
 * A constant added to a column's weights of all classes changes no probability, and the L2 penalty is least without one. The descent
 * gets there slowly; taking it off is exact.
 */
function centreOutputs(weights: Float64Array, outputs: number, firstCol: number): void {
  for (let at = firstCol * outputs; at < weights.length; at += outputs) {
    const ofColumn = weights.subarray(at, at + outputs);
    const mean = ofColumn.reduce((sum, weight) => sum + weight, 0) / outputs;
    for (let k = 0; k < outputs; k++) ofColumn[k] -= mean;
  }
}

/** Second derivative of a row's cross-entropy by each score when the probabilities are the shares of the classes. */
function secondDerivatives(y: Int32Array, classes: number): Float64Array {
  const shares = new Float64Array(classes);
  for (const label of y) shares[label] += 1 / y.length;
  const derivatives = shares.map((share) => share * (1 - share));
  return classes === 2 ? derivatives.subarray(1) : derivatives;
}
