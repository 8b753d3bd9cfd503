import { strongWolfe, type Evaluate } from './line-search.js';

/** Options of {@link minimise}. */
export interface MinimiseOptions {
  maxIterations: number;
  /** Stop when no component of the gradient is larger than this … */
  gradientTolerance: number;
  /** … or than this share of the largest at the start. Default 0. */
  relativeTolerance?: number;
  /** Stop when a step lowers the value by less than this share of it. */
  valueTolerance: number;
  onIteration?: (iteration: number) => void;
}

/** Where a minimisation ended. */
export interface Minimum {
  x: Float64Array;
  value: number;
  iterations: number;
  /** False when it ran out of iterations first. */
  converged: boolean;
}

const MEMORY = 10;

/**
 * Minimises a smooth function by L-BFGS with a strong-Wolfe line search (Nocedal and Wright 2006, algorithms 7.4, 7.5, 3.5).
 * Nothing is random: the same function and start give the same bits.
 */
export function minimise(evaluate: Evaluate, start: Float64Array, options: MinimiseOptions): Minimum {
  const { maxIterations, gradientTolerance, relativeTolerance = 0, valueTolerance, onIteration } = options;
  let x: Float64Array = start.slice();
  let gradient: Float64Array = new Float64Array(x.length);
  let value = evaluate(x, gradient);
  const history: Correction[] = [];
  let iterations = 0;
  const smallEnough = Math.max(gradientTolerance, relativeTolerance * largest(gradient));
  let converged = largest(gradient) <= gradientTolerance;

  while (!converged && iterations < maxIterations) {
    let direction = descent(gradient, history);
    let slope = dot(direction, gradient);
    if (!(slope < 0)) {
      history.length = 0;
      direction = descent(gradient, history);
      slope = dot(direction, gradient);
    }
    const firstStep = history.length === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
    const found = strongWolfe(evaluate, x, value, slope, direction, firstStep);
    iterations++;
    onIteration?.(iterations);
    // No step lowers the value any more: rounding hides what is left, which is as good as converged.
    if (!found || found.value >= value) return { x, value, iterations, converged: true };

    remember(history, x, gradient, found.x, found.gradient);
    const gain = (value - found.value) / Math.max(Math.abs(value), Math.abs(found.value), 1);
    ({ x, gradient, value } = found);
    converged = largest(gradient) <= smallEnough || gain <= valueTolerance;
  }
  return { x, value, iterations, converged };
}

interface Correction {
  step: Float64Array;
  change: Float64Array;
  inverseCurvature: number;
}

function remember(
  history: Correction[],
  x: Float64Array,
  gradient: Float64Array,
  newX: Float64Array,
  newGradient: Float64Array,
): void {
  const step = newX.map((after, i) => after - x[i]!);
  const change = newGradient.map((after, i) => after - gradient[i]!);
  const curvature = dot(step, change);
  if (curvature <= Number.EPSILON * dot(change, change)) return;
  history.push({ step, change, inverseCurvature: 1 / curvature });
  if (history.length > MEMORY) history.shift();
}

/** The two-loop recursion: minus the inverse Hessian's estimate times the gradient. */
function descent(gradient: Float64Array, history: readonly Correction[]): Float64Array {
  const direction = gradient.map((g) => -g);
  const alphas = new Float64Array(history.length);
  for (let i = history.length - 1; i >= 0; i--) {
    const { step, change, inverseCurvature } = history[i]!;
    alphas[i] = inverseCurvature * dot(step, direction);
    addScaled(direction, -alphas[i]!, change);
  }
  const newest = history.at(-1);
  if (newest) {
    const scale = 1 / (newest.inverseCurvature * dot(newest.change, newest.change));
    for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
  }
  for (let i = 0; i < history.length; i++) {
    const { step, change, inverseCurvature } = history[i]!;
    addScaled(direction, alphas[i]! - inverseCurvature * dot(change, direction), step);
  }
  return direction;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addScaled(target: Float64Array, scale: number, values: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i]! += scale * values[i]!;
}

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
