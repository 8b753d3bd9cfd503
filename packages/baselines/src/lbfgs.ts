import { descent, remember, type Correction } from './lbfgs-memory.js';
import { strongWolfe, type Evaluate } from './line-search.js';
import { dot, largest } from './vectors.js';

/** Options of {@link minimise}. */
export interface MinimiseOptions {
  maxIterations: number;
  /** Stop when no component of the gradient is larger than this … */
  gradientTolerance: number;
  /** … or than this share of the largest at the start. Default 0. */
  relativeTolerance?: number;
  /** Stop when a step lowers the value by less than this share of it. */
  valueTolerance: number;
  /** Roughly the second derivative by each variable, all above 0; the first guess at the curvature is proportional to it. Default equal. */
  curvature?: Float64Array;
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

/**
 * Minimises a smooth function by L-BFGS with a strong-Wolfe line search (Nocedal and Wright 2006, algorithms 7.4, 7.5, 3.5).
 * Nothing is random: the same function and start give the same bits.
 */
export function minimise(evaluate: Evaluate, start: Float64Array, options: MinimiseOptions): Minimum {
  const { maxIterations, gradientTolerance, relativeTolerance = 0, valueTolerance, curvature, onIteration } = options;
  let x: Float64Array = start.slice();
  let gradient: Float64Array = new Float64Array(x.length);
  let value = evaluate(x, gradient);
  const history: Correction[] = [];
  let iterations = 0;
  const smallEnough = Math.max(gradientTolerance, relativeTolerance * largest(gradient));
  let converged = largest(gradient) <= gradientTolerance;

  while (!converged && iterations < maxIterations) {
    let direction = descent(gradient, history, curvature);
    let slope = dot(direction, gradient);
    if (!(slope < 0)) {
      history.length = 0;
      direction = descent(gradient, history, curvature);
      slope = dot(direction, gradient);
    }
    const firstStep = history.length > 0 || curvature ? 1 : Math.min(1, 1 / Math.sqrt(-slope));
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
