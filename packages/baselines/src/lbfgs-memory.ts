import { addScaled, difference, dot } from './vectors.js';

/** Steps that are remembered. */
const MEMORY = 10;

/** A step taken, and how the gradient changed along it. */
export interface Correction {
  step: Float64Array;
  change: Float64Array;
  inverseCurvature: number;
}

export function remember(
  history: Correction[],
  x: Float64Array,
  gradient: Float64Array,
  newX: Float64Array,
  newGradient: Float64Array,
): void {
  const step = difference(newX, x);
  const change = difference(newGradient, gradient);
  const curvature = dot(step, change);
  if (curvature <= Number.EPSILON * dot(change, change)) return;
  history.push({ step, change, inverseCurvature: 1 / curvature });
  if (history.length > MEMORY) history.shift();
}

/** The two-loop recursion: minus the inverse Hessian's estimate times the gradient. */
export function descent(
  gradient: Float64Array,
  history: readonly Correction[],
  curvature: Float64Array | undefined,
): Float64Array {
  const direction = new Float64Array(gradient.length);
  for (let i = 0; i < gradient.length; i++) direction[i] = -gradient[i];
  const alphas = new Float64Array(history.length);
  for (let i = history.length - 1; i >= 0; i--) {
    const { step, change, inverseCurvature } = history[i];
    alphas[i] = inverseCurvature * dot(step, direction);
    addScaled(direction, -alphas[i], change);
  }
  rescale(direction, history.at(-1), curvature);
  for (let i = 0; i < history.length; i++) {
    const { step, change, inverseCurvature } = history[i];
    addScaled(direction, alphas[i] - inverseCurvature * dot(change, direction), step);
  }
  return direction;
}

/** Divides by the curvature guessed before any step, and by how much more of it the newest step found. */
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
