import { dot } from '../linear/vectors.js';
import { minimize } from '../linear/lbfgs.js';
import { type LinearProblem, scoreRows, sumColumns } from '../linear/linear-problem.js';

/** Data and settings of all machines of a linear SVM. */
export interface MachineJob extends LinearProblem {
  /** Class of each row, from 0. */
  y: Int32Array;
  /** Number of machines: one per class, or one for two classes. */
  machines: number;
  /** Weight per row of each class. */
  weightOf: Float64Array;
  curvature: Float64Array;
  C: number;
  fitIntercept: boolean;
  tol: number;
  maxIter: number;
}

/** Returns a function that fits the machine of one class against the rest and returns its weights, the intercept last. */
export function fitMachine(job: MachineJob): (machine: number) => Float64Array {
  const { y, machines, weightOf, C, fitIntercept, tol, maxIter, curvature, rows, cols } = job;
  return (machine) => {
    const positive = machines === 1 ? 1 : machine;
    const targets = Float64Array.from(y, (label) => (label === positive ? 1 : -1));
    // With more than two classes, liblinear weights only the positive class.
    const costs = Float64Array.from(y, (label) => (machines === 1 || label === machine ? weightOf[label] : 1));
    const margins = new Float64Array(rows);
    const own = { ...job, residuals: margins };
    const evaluate = (weights: Float64Array, gradient: Float64Array): number => {
      own.weights = weights;
      own.gradient = gradient;
      scoreRows(own, 0, rows);
      const loss = squaredHinge(margins, targets, costs, C);
      sumColumns(own, 0, cols + 1);
      for (let j = 0; j < weights.length; j++) gradient[j] += weights[j];
      if (!fitIntercept) gradient[cols] = 0;
      return loss + dot(weights, weights) / 2;
    };
    const positives = targets.reduce((count, target) => count + (target > 0 ? 1 : 0), 0);
    return minimize(evaluate, new Float64Array(cols + 1), {
      maxIterations: maxIter,
      gradientTolerance: 0,
      relativeTolerance: (tol * Math.min(positives, rows - positives)) / rows,
      valueTolerance: 0,
      curvature,
    }).x;
  };
}

/** Returns the summed squared hinge loss, and replaces the margins by the derivatives of the loss. */
function squaredHinge(margins: Float64Array, targets: Float64Array, costs: Float64Array, C: number): number {
  let loss = 0;
  for (let row = 0; row < margins.length; row++) {
    const target = targets[row];
    const hinge = Math.max(0, 1 - target * margins[row]);
    const cost = C * costs[row];
    loss += cost * hinge * hinge;
    margins[row] = -2 * cost * target * hinge;
  }
  return loss;
}
