import { type Vectors, vectorsOf } from './vectors.js';
import { strongWolfe, type Evaluate } from './line-search.js';

/** Returns the largest absolute value. */
export function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}

/** Number of steps in the history. */
const MEMORY = 10;

/** A step and the change of the gradient along it. */
export interface Correction {
  step: Float64Array;
  change: Float64Array;
  inverseCurvature: number;
}

/** Adds a step to the history, unless the curvature along it is too small. */
export function remember(
  history: Correction[],
  x: Float64Array,
  gradient: Float64Array,
  newX: Float64Array,
  newGradient: Float64Array,
  vectors: Vectors,
): void {
  const step = vectors.take();
  const change = vectors.take();
  for (let i = 0; i < x.length; i++) {
    step[i] = newX[i] - x[i];
    change[i] = newGradient[i] - gradient[i];
  }
  const curvature = vectors.dot(step, change);
  if (curvature > Number.EPSILON * vectors.dot(change, change)) {
    history.push({ step, change, inverseCurvature: 1 / curvature });
    if (history.length > MEMORY) forget(history.shift()!, vectors);
  } else {
    forget({ step, change }, vectors);
  }
}

function forget({ step, change }: Pick<Correction, 'step' | 'change'>, vectors: Vectors): void {
  vectors.leave(step);
  vectors.leave(change);
}

/** Returns the vectors that a minimization needs: its history, the point and gradient before and after a step, and trials. */
export function workingVectors(length: number): Vectors {
  return vectorsOf(length, 2 * MEMORY + 12);
}

/** Returns the search direction by the two-loop recursion: minus the estimated inverse Hessian times the gradient. */
export function descent(
  gradient: Float64Array,
  history: readonly Correction[],
  curvature: Float64Array | undefined,
  vectors: Vectors,
): Float64Array {
  const { addScaled, dot } = vectors;
  const direction = vectors.take();
  for (let i = 0; i < direction.length; i++) direction[i] = -gradient[i];
  const alphas = new Float64Array(history.length);
  const newest = history.at(-1);
  // Each pass adds the multiple of one vector and computes the product that the next one needs.
  let along = newest ? dot(newest.step, direction) : 0;
  for (let i = history.length - 1; i >= 0; i--) {
    const { change, inverseCurvature } = history[i];
    alphas[i] = inverseCurvature * along;
    along = addScaled(direction, -alphas[i], change, history[Math.max(i - 1, 0)].step);
  }
  rescale(direction, newest, curvature);
  along = newest ? dot(history[0].change, direction) : 0;
  for (let i = 0; i < history.length; i++) {
    const { step, inverseCurvature } = history[i];
    const next = history[Math.min(i + 1, history.length - 1)].change;
    along = addScaled(direction, alphas[i] - inverseCurvature * along, step, next);
  }
  return direction;
}

/** Scales the direction by the initial curvature, and by the ratio between it and the curvature along the newest step. */
function rescale(direction: Float64Array, newest: Correction | undefined, curvature: Float64Array | undefined): void {
  let found = 0;
  if (newest) {
    const { change, inverseCurvature } = newest;
    for (let i = 0; i < change.length; i++) found += (change[i] * change[i]) / (curvature ? curvature[i] : 1);
    found *= inverseCurvature;
  }
  const scale = newest ? 1 / found : 1;
  for (let i = 0; i < direction.length; i++) direction[i] *= curvature ? scale / curvature[i] : scale;
}

/** Options of {@link minimize}. */
export interface MinimizeOptions {
  maxIterations: number;
  /** Stop when no component of the gradient is larger. */
  gradientTolerance: number;
  /** Stop when no component of the gradient is larger than this share of the largest initial component. Default 0. */
  relativeTolerance?: number;
  /** Stop when a step lowers the value by less than this share of it. */
  valueTolerance: number;
  /** Approximate second derivative with respect to each variable, above 0: the initial curvature up to a factor. Default all equal. */
  curvature?: Float64Array;
  onIteration?: (iteration: number) => void;
}

/** Result of a minimization. */
export interface Minimum {
  x: Float64Array;
  value: number;
  iterations: number;
  /** False when `maxIterations` was reached first. */
  converged: boolean;
}

/**
 * Minimizes a smooth function by L-BFGS with a strong-Wolfe line search (Nocedal and Wright 2006, algorithms 7.4, 7.5, 3.5).
 * The result is deterministic to the bit.
 */
export function minimize(evaluate: Evaluate, start: Float64Array, options: MinimizeOptions): Minimum {
  const { maxIterations, gradientTolerance, relativeTolerance = 0, valueTolerance, curvature, onIteration } = options;
  const vectors = workingVectors(start.length);
  let x = vectors.take();
  x.set(start);
  let gradient = vectors.take();
  let value = evaluate(x, gradient);
  const history: Correction[] = [];
  let iterations = 0;
  const smallEnough = Math.max(gradientTolerance, relativeTolerance * largest(gradient));
  let converged = largest(gradient) <= gradientTolerance;

  while (!converged && iterations < maxIterations) {
    let direction = descent(gradient, history, curvature, vectors);
    let slope = vectors.dot(direction, gradient);
    if (!(slope < 0)) {
      for (const correction of history.splice(0)) forget(correction, vectors);
      vectors.leave(direction);
      direction = descent(gradient, history, curvature, vectors);
      slope = vectors.dot(direction, gradient);
    }
    const firstStep = history.length > 0 || curvature ? 1 : Math.min(1, 1 / Math.sqrt(-slope));
    const found = strongWolfe(evaluate, x, value, slope, direction, firstStep, vectors);
    vectors.leave(direction);
    iterations++;
    onIteration?.(iterations);
    // No step lowers the value: the remaining improvement is below rounding, so the fit has converged.
    if (!found || found.value >= value) return { x: x.slice(), value, iterations, converged: true };

    remember(history, x, gradient, found.x, found.gradient, vectors);
    vectors.leave(x);
    vectors.leave(gradient);
    const gain = (value - found.value) / Math.max(Math.abs(value), Math.abs(found.value), 1);
    ({ x, gradient, value } = found);
    converged = largest(gradient) <= smallEnough || gain <= valueTolerance;
  }
  // A copy: the vector belongs to memory that all of them share.
  return { x: x.slice(), value, iterations, converged };
}
