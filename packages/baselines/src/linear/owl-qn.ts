import {
  type Correction,
  descent,
  largest,
  type MinimizeOptions,
  type Minimum,
  remember,
  workingVectors,
} from './lbfgs.js';
import { dot } from './vectors.js';
import type { Evaluate } from './line-search.js';

const SUFFICIENT_DECREASE = 1e-4;
const MAX_TRIALS = 40;

/**
 * Minimizes a smooth function plus `Σ cost × |x|` by OWL-QN (Andrew and Gao 2007). It is L-BFGS without changes of sign within a step,
 * so that weights that the penalty removes are exactly 0.
 *
 * @param evaluate smooth part of the function
 * @param costs penalty factor of each variable, 0 for variables without a penalty
 */
export function minimizeL1(
  evaluate: Evaluate,
  start: Float64Array,
  costs: Float64Array,
  options: MinimizeOptions,
): Minimum {
  const { maxIterations, gradientTolerance, valueTolerance, curvature, onIteration } = options;
  const vectors = workingVectors(start.length);
  let x: Float64Array = start.slice();
  let gradient: Float64Array = new Float64Array(x.length);
  let value = evaluate(x, gradient) + absoluteSum(x, costs);
  const history: Correction[] = [];
  let slope = pseudoGradient(x, gradient, costs);
  let iterations = 0;
  let converged = largest(slope) <= gradientTolerance;
  while (!converged && iterations < maxIterations) {
    const direction = descent(slope, history, curvature, vectors);
    // Variables do not move where the direction points uphill along them.
    for (let i = 0; i < direction.length; i++) if (direction[i] * slope[i] >= 0) direction[i] = 0;
    const orthant = x.map((at, i) => Math.sign(at) || -Math.sign(slope[i]));
    const found = backtrack(evaluate, x, value, slope, direction, orthant, costs);
    vectors.leave(direction);
    iterations++;
    onIteration?.(iterations);
    if (!found) {
      if (history.length === 0) return { x, value, iterations, converged: true };
      history.length = 0;
      continue;
    }
    remember(history, x, gradient, found.x, found.gradient, vectors);
    const gain = (value - found.value) / Math.max(Math.abs(value), Math.abs(found.value), 1);
    ({ x, gradient, value } = found);
    slope = pseudoGradient(x, gradient, costs);
    converged = largest(slope) <= gradientTolerance || gain <= valueTolerance;
  }
  return { x, value, iterations, converged };
}

function backtrack(
  evaluate: Evaluate,
  x: Float64Array,
  value: number,
  slope: Float64Array,
  direction: Float64Array,
  orthant: Float64Array,
  costs: Float64Array,
): { x: Float64Array; gradient: Float64Array; value: number } | undefined {
  let step = 1;
  for (let trial = 0; trial < MAX_TRIALS; trial++, step /= 2) {
    const at = x.map((from, i) => {
      const to = from + step * direction[i];
      return costs[i] === 0 || to * orthant[i] > 0 ? to : 0;
    });
    const gradient = new Float64Array(x.length);
    const reached = evaluate(at, gradient) + absoluteSum(at, costs);
    const expected = dot(
      slope,
      at.map((to, i) => to - x[i]),
    );
    if (reached < value && reached <= value + SUFFICIENT_DECREASE * expected)
      return { x: at, gradient, value: reached };
  }
  return undefined;
}

/** Returns the pseudo-gradient of the whole function: 0 where x is 0 and the penalty exceeds the smooth slope in both directions. */
function pseudoGradient(x: Float64Array, gradient: Float64Array, costs: Float64Array): Float64Array {
  return gradient.map((g, i) => {
    const cost = costs[i];
    if (x[i] !== 0) return g + cost * Math.sign(x[i]);
    if (g + cost < 0) return g + cost;
    return g - cost > 0 ? g - cost : 0;
  });
}

function absoluteSum(x: Float64Array, costs: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += costs[i] * Math.abs(x[i]);
  return sum;
}
