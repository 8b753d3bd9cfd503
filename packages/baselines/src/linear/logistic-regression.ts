import { checkCount, columnMoments } from '@geneformer-ts/analysis';
import { LabeledClassifier } from '../labeled-classifier.js';
import { checkChoice, checkOptions, type Matrix, type OptionNames, type Progress } from '@geneformer-ts/core';
import { checkFitted, checkPositive, checkShared, checkTraining } from '../classifier.js';
import { classWeights, compactClasses, type ClassWeight } from '../labels.js';
import { fitThreads, type FitThreads } from '../threads/fit-threads.js';
import { weightCurvature } from './curvature.js';
import { minimize, type MinimizeOptions, type Minimum } from './lbfgs.js';
import { linearProblem } from '../threads/share-problem.js';
import { coefficients, intercepts, linearProbabilities, type LinearState } from './linear-model.js';
import { COLUMNS_PER_CHUNK, type LogisticProblem, ROWS_PER_CHUNK } from './logistic-loss.js';
import { minimizeL1 } from './owl-qn.js';

/** Options of {@link LogisticRegression}; names and defaults are scikit-learn's. */
export interface LogisticRegressionOptions {
  /** `'l1'` sets most weights to exactly 0 and so selects genes; `'none'` has no penalty. Default `'l2'`. */
  penalty?: 'l2' | 'l1' | 'none';
  /** Inverse strength of the penalty. Default 1. */
  C?: number;
  /** Fit an intercept, without a penalty. Default true. */
  fitIntercept?: boolean;
  /** Stop when no component of the gradient of the mean loss, penalty included, is larger. Default 1e-4. */
  tol?: number;
  /** Maximum number of iterations. Default 100. */
  maxIter?: number;
  /** `'balanced'` gives every class the same total weight. Default none. */
  classWeight?: ClassWeight;
  /** Number of threads; the fit is the same for any number. Default 1. */
  nJobs?: number;
  onProgress?: Progress;
}

const known: OptionNames<LogisticRegressionOptions> = {
  penalty: true,
  C: true,
  fitIntercept: true,
  tol: true,
  maxIter: true,
  classWeight: true,
  nJobs: true,
  onProgress: true,
};

/**
 * Logistic regression, as scikit-learn's `LogisticRegression`. Minimizes `½‖w‖² + C Σ loss` by L-BFGS (scikit-learn's `'lbfgs'`), or
 * `‖w‖₁ + C Σ loss` by OWL-QN (the objective of `'saga'`); intercepts have no penalty. Two classes have the binomial loss and one row of
 * coefficients, more classes the multinomial loss. A class without training rows gets probability 0.
 *
 * A fit stops by the rules of scikit-learn 1.9: when no component of the gradient exceeds `tol`, when a step lowers the loss by less
 * than 1.4e-14 of it, or after `maxIter` iterations; then `converged` is false.
 *
 * ```ts
 * const X = { rows: 4, cols: 1, data: Float32Array.of(-2, -1, 1, 2) };
 * const model = new LogisticRegression().fit(X, ['cTEC', 'cTEC', 'mTEC', 'mTEC']);
 * model.predict(X); // ['cTEC', 'cTEC', 'mTEC', 'mTEC']
 * model.coef[0]; // [1.0066]
 * ```
 */
export class LogisticRegression extends LabeledClassifier {
  private state: LinearState | undefined;
  /** Number of iterations of the last fit. */
  iterations = 0;
  /** Whether the last fit converged within `maxIter` iterations. */
  converged = false;

  constructor(private readonly options: LogisticRegressionOptions = {}) {
    super();
    checkOptions('LogisticRegression', options, known);
    checkPositive('C', options.C ?? 1);
    checkPositive('tol', options.tol ?? 1e-4);
    checkCount('maxIter', options.maxIter ?? 100);
    checkShared(options);
    checkChoice('penalty', options.penalty ?? 'l2', ['l2', 'l1', 'none']);
  }

  /** @throws ShapeError, ValueError, OneClassError, ArgumentError */
  protected fitEncoded(X: Matrix, y: Int32Array, classes: number): void {
    const { C = 1, penalty = 'l2', fitIntercept = true, tol = 1e-4, maxIter = 100, nJobs = 1 } = this.options;
    const { classWeight, onProgress } = this.options;
    const counts = checkTraining('LogisticRegression', X, y, classes);
    const { present, compact } = compactClasses(y, counts);
    const outputs = present.length === 2 ? 1 : present.length;
    const moments = columnMoments(X, !fitIntercept);
    const threads = fitThreads(nJobs);
    try {
      const found = this.minimize(
        {
          ...linearProblem(X, outputs, threads),
          y: threads.share(compact),
          weightOf: classWeights(compact, present.length, classWeight),
          losses: threads.allocate(Float64Array, Math.ceil(X.rows / ROWS_PER_CHUNK)),
        },
        moments.mean,
        threads,
        {
          maxIterations: maxIter,
          gradientTolerance: tol * X.rows,
          valueTolerance: 64 * Number.EPSILON,
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
      threads.release();
    }
  }

  /** Coefficients: one array per class with training rows, or a single one for two classes; one value per column of X. */
  get coef(): Float64Array[] {
    return coefficients('LogisticRegression', this.state);
  }

  /** Intercepts, one per array of {@link coef}. */
  get intercept(): Float64Array {
    return intercepts('LogisticRegression', this.state);
  }

  /**
   * Returns class probabilities, rows × classes.
   *
   * @throws NotFittedError, ShapeError, ValueError
   */
  predictProba(X: Matrix): Float32Array {
    return linearProbabilities(checkFitted('LogisticRegression', this.state, X), X);
  }

  private minimize(
    problem: LogisticProblem,
    mean: Float64Array,
    threads: FitThreads,
    options: MinimizeOptions & { l1?: Float64Array },
  ): Minimum {
    const { C = 1, penalty = 'l2', fitIntercept = true } = this.options;
    const { rows, cols, outputs, gradient: summed, losses } = problem;
    const rowChunks = threads.open('logistic-rows', problem);
    const columnChunks = threads.open('gradient-columns', problem);
    const shrinkage = penalty === 'l2' ? 1 / C : 0;
    const evaluate = (weights: Float64Array, gradient: Float64Array): number => {
      uncenter(weights, mean, problem.weights);
      rowChunks.run(Math.ceil(rows / ROWS_PER_CHUNK));
      columnChunks.run(Math.ceil((cols + 1) / COLUMNS_PER_CHUNK));
      let squares = 0;
      for (let col = 0, i = 0; col < cols; col++) {
        const center = mean[col];
        for (let k = 0; k < outputs; k++, i++) {
          const weight = weights[i];
          squares += weight * weight;
          gradient[i] = summed[i] - center * summed[cols * outputs + k] + shrinkage * weight;
        }
      }
      for (let i = cols * outputs; i < weights.length; i++) gradient[i] = fitIntercept ? summed[i] : 0;
      return losses.reduce((sum, loss) => sum + loss, 0) + (shrinkage * squares) / 2;
    };
    const start = new Float64Array(problem.weights.length);
    const found = options.l1 ? minimizeL1(evaluate, start, options.l1, options) : minimize(evaluate, start, options);
    const x = new Float64Array(found.x.length);
    uncenter(found.x, mean, x);
    if (outputs > 1) centerOutputs(x, outputs, penalty === 'l1' ? cols : 0);
    return { ...found, x };
  }
}

/** Returns the L1 penalty factor of each weight, 0 for the intercepts. */
function l1Weights(cols: number, outputs: number, cost: number): Float64Array {
  return new Float64Array((cols + 1) * outputs).fill(cost, 0, cols * outputs);
}

/**
 * Converts weights for centered columns to weights for the original columns; only the intercepts differ. The fit uses centered columns
 * because the gradients of columns that are all positive, such as counts, are strongly correlated, which slows down convergence.
 */
function uncenter(weights: Float64Array, mean: Float64Array, out: Float64Array): void {
  const cols = mean.length;
  const outputs = weights.length / (cols + 1);
  out.set(weights);
  const shift = new Float64Array(outputs);
  for (let col = 0, i = 0; col < cols; col++) {
    const center = mean[col];
    for (let k = 0; k < outputs; k++, i++) shift[k] += center * weights[i];
  }
  for (let k = 0; k < outputs; k++) out[cols * outputs + k] -= shift[k];
}

/**
 * Subtracts the mean over classes from the weights of each column. A constant added to the weights of all classes does not change the
 * probabilities, and the L2 penalty is smallest without it; L-BFGS removes it slowly.
 */
function centerOutputs(weights: Float64Array, outputs: number, firstCol: number): void {
  for (let at = firstCol * outputs; at < weights.length; at += outputs) {
    const ofColumn = weights.subarray(at, at + outputs);
    const mean = ofColumn.reduce((sum, weight) => sum + weight, 0) / outputs;
    for (let k = 0; k < outputs; k++) ofColumn[k] -= mean;
  }
}

/** Returns the second derivative of a row's cross-entropy with respect to each score, for probabilities equal to the class shares. */
function secondDerivatives(y: Int32Array, classes: number): Float64Array {
  const shares = new Float64Array(classes);
  for (const label of y) shares[label] += 1 / y.length;
  const derivatives = shares.map((share) => share * (1 - share));
  return classes === 2 ? derivatives.subarray(1) : derivatives;
}
