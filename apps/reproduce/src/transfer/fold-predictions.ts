import type { Predictions } from '../results/predictions.js';
import { pick, type ContextSplit } from './context-split.js';

/** Returns the predictions of a fold's model for the cells that the fold tests. */
export function predictionsOf(
  split: ContextSplit,
  positions: Int32Array,
  fold: number,
  probabilities: ArrayLike<number>,
): Predictions {
  return {
    classes: split.classes,
    ...pick(split, positions),
    folds: new Int32Array(positions.length).fill(fold),
    truth: positions.map((position) => split.labels[position]),
    probabilities: Float64Array.from(probabilities),
  };
}
