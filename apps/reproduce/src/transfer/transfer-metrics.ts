/** `metrics.json` of a generalization experiment: every cell of the grid, and the paired comparisons. */
import type { Estimate, Metric } from '../results/measure.js';
import type { Metrics } from '../results/metrics.js';
import type { Predictions } from '../results/predictions.js';
import type { Comparison } from './compare.js';
import { type ContextSplit, pick } from './context-split.js';
import type { Context } from './grid.js';

/** The scores of one model with one percentage of the labels in one context. */
export interface GridCell extends Record<Metric, Estimate> {
  model: string;
  /** Percentage of the training cells that have labels, and their number as the mean of the folds. */
  percent: number;
  trainCells: number;
  context: string;
  testCells: number;
  perClassRecall: Record<string, number>;
  folds: Record<Metric, number>[];
}

export interface TransferModel {
  name: string;
  label: string;
  family: string;
  /** Only for transformers: the encoding of the cells and the initialization of the weights. */
  encoding?: string;
  start?: string;
}

export interface TransferMetrics extends Pick<
  Metrics,
  'schema' | 'experiment' | 'profile' | 'dataset' | 'environment'
> {
  protocol: Metrics['protocol'] & { shift: string; trainCells: number };
  contexts: Context[];
  /** The model that is compared with the others. */
  reference: string;
  models: TransferModel[];
  grid: GridCell[];
  comparisons: Comparison[];
}

/** Returns a cell of the grid, or undefined if it was not evaluated. */
export function cellOf({ grid }: TransferMetrics, model: string, context: string, percent = 100): GridCell | undefined {
  return grid.find((own) => own.model === model && own.context === context && own.percent === percent);
}

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
