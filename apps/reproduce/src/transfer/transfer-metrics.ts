/** `metrics.json` of a generalisation experiment: every cell of the grid, and the paired questions. */
import type { Estimate, Metric } from '../results/measure.js';
import type { Metrics } from '../results/metrics.js';
import type { Comparison } from './compare.js';
import type { Context } from './grid.js';

/** One model with one part of the labels in one context. */
export interface GridCell extends Record<Metric, Estimate> {
  model: string;
  /** Percent of the training cells that have labels, and how many that is, mean of the folds. */
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
  /** Of transformers: how cells are listed, and where the weights come from. */
  encoding?: string;
  start?: string;
}

export interface TransferMetrics extends Pick<
  Metrics,
  'schema' | 'experiment' | 'profile' | 'dataset' | 'environment'
> {
  protocol: Metrics['protocol'] & { shift: string; trainCells: number };
  contexts: Context[];
  /** The model that the questions are asked of. */
  reference: string;
  models: TransferModel[];
  grid: GridCell[];
  comparisons: Comparison[];
}

/** The cell of the grid, if it was filled. */
export function cellOf({ grid }: TransferMetrics, model: string, context: string, percent = 100): GridCell | undefined {
  return grid.find((own) => own.model === model && own.context === context && own.percent === percent);
}
