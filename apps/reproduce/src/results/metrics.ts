/** `metrics.json`: what was measured, on what, how, and what the published study reports for the same question. */
import type { PublishedFigure } from '../config/schema.js';
import type { ChosenSettings } from '../data/settle.js';
import type { Comparison } from './comparisons.js';
import type { LabelBudgets } from './label-budgets.js';
import type { Estimate, Metric } from './measure.js';

export interface ModelMetrics extends Record<Metric, Estimate> {
  name: string;
  label: string;
  family: string;
  perClassRecall: Record<string, number>;
  /** Rows are true classes, columns predicted ones. */
  confusion: number[][];
  folds: Record<Metric, number>[];
  seconds: { train: number; predict: number };
  /** Where settings were chosen, within the training cells of each fold: which. */
  chosen?: ChosenSettings[];
}

export interface Metrics {
  schema: 1;
  experiment: string;
  profile: string;
  dataset: {
    id: string;
    source: string;
    synthetic: boolean;
    cells: number;
    genes: number;
    classes: Record<string, number>;
    groups: number;
    sha256: string;
  };
  protocol: { folds: number; groupBy: string | null; seed: number; unit: string };
  models: ModelMetrics[];
  /** The first model against each of the others. */
  comparisons: Comparison[];
  /** Where the profile asks what few labels suffice for. */
  labelBudgets?: LabelBudgets;
  published: PublishedFigure[];
  environment: Environment;
}

/** The machine and the code behind a result. */
export interface Environment {
  node: string;
  backend: string;
  device: string;
  cpu: string;
  threads: number;
  commit: string;
}
