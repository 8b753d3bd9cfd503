import type { Vectors } from './vectors.js';

/** Writes the gradient at `x` into `gradient` and returns the value. */
export type Evaluate = (x: Float64Array, gradient: Float64Array) => number;

/** A point on the search line. */
export interface SearchPoint {
  x: Float64Array;
  gradient: Float64Array;
  value: number;
}

interface Sample {
  step: number;
  value: number;
  slope: number;
}

type Trial = Sample & SearchPoint;

const SUFFICIENT_DECREASE = 1e-4;
const CURVATURE = 0.9;
const MAX_TRIALS = 20;

/**
 * Returns a point along `direction` that meets the strong Wolfe conditions, by bracketing and cubic interpolation (Nocedal and Wright
 * 2006, algorithms 3.5 and 3.6). After the last trial it returns the lowest point found, or undefined when no point is lower.
 */
export function strongWolfe(
  evaluate: Evaluate,
  x: Float64Array,
  value: number,
  slope: number,
  direction: Float64Array,
  firstStep: number,
  vectors: Vectors,
): SearchPoint | undefined {
  let trials = 0;
  const attempt = (step: number): Trial => {
    trials++;
    const at = vectors.take();
    for (let i = 0; i < at.length; i++) at[i] = x[i] + step * direction[i];
    const gradient = vectors.take();
    const reached = evaluate(at, gradient);
    return { step, x: at, gradient, value: reached, slope: vectors.dot(direction, gradient) };
  };
  const drop = (sample: Sample | Trial): void => {
    if (!('x' in sample)) return;
    vectors.leave(sample.x);
    vectors.leave(sample.gradient);
  };
  const tooHigh = (trial: Trial) => !(trial.value <= value + SUFFICIENT_DECREASE * trial.step * slope);
  const flat = (trial: Trial) => Math.abs(trial.slope) <= -CURVATURE * slope;

  let low: Sample | Trial = { step: 0, value, slope };
  let high: Sample | undefined;
  let step = firstStep;
  while (trials < MAX_TRIALS) {
    const trial = attempt(step);
    if (tooHigh(trial) || trial.value >= low.value) {
      drop(trial);
      high = { step, value: trial.value, slope: trial.slope };
    } else {
      drop(low);
      if (flat(trial)) return trial;
      // The minimum lies between the new low and the end in the direction of descent, if that end is known.
      if (trial.slope * ((high?.step ?? Infinity) - low.step) >= 0) {
        high = { step: low.step, value: low.value, slope: low.slope };
      }
      low = trial;
    }
    step = high ? between(low, high) : 2.5 * low.step;
    if (high && Math.abs(high.step - low.step) <= 1e-12 * Math.abs(low.step)) break;
  }
  return 'x' in low ? low : undefined;
}

/** Returns the minimizer of the cubic through both ends, limited to the middle four fifths of the bracket. */
function between(low: Sample, high: Sample): number {
  const width = high.step - low.step;
  const d1 = low.slope + high.slope - (3 * (low.value - high.value)) / (low.step - high.step);
  const d2 = Math.sign(width) * Math.sqrt(d1 * d1 - low.slope * high.slope);
  const cubic = high.step - (width * (high.slope + d2 - d1)) / (high.slope - low.slope + 2 * d2);
  const share = (cubic - low.step) / width;
  return Number.isNaN(share) ? low.step + width / 2 : low.step + width * Math.min(Math.max(share, 0.1), 0.9);
}
