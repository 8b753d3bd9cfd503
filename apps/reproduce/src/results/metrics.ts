import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import type { PublishedFigure } from '../stages/cell.params.js';
import type { ChosenSettings } from '../data/classifiers.js';
import { computeSettings } from '../run/compute.js';
import type { Comparison } from './comparisons.js';
import type { LabelBudgets } from './label-budgets.js';
import type { Estimate, Metric } from './measure.js';

/** `metrics.json`: the measured scores, the data set, the protocol, and the numbers that the published study reports. */

export interface ModelMetrics extends Record<Metric, Estimate> {
  name: string;
  label: string;
  family: string;
  /** Only for transformers: whether the weights come from pretraining. */
  init?: 'pretrained' | 'random';
  perClassRecall: Record<string, number>;
  /** Rows are true classes, columns are predicted classes. */
  confusion: number[][];
  folds: Record<Metric, number>[];
  seconds: { train: number; predict: number };
  /** The settings that each fold chose within its training cells, where the classifier was tuned. */
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
  /** Comparisons of the first model with each of the others. */
  comparisons: Comparison[];
  /** Scores with part of the labels, where the profile tests it. */
  labelBudgets?: LabelBudgets;
  published: PublishedFigure[];
  environment: Environment;
}

/** The machine and the code that gave a result. */
export interface Environment {
  node: string;
  backend: string;
  device: string;
  cpu: string;
  threads: number;
  commit: string;
}

/** Returns the properties of the machine and the code that may matter for repeating a result. */
export function describeEnvironment(): Environment {
  const { backend, device } = computeSettings();
  return {
    node: process.version,
    backend,
    device: device ?? 'cpu',
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    threads: availableParallelism(),
    commit: commit(),
  };
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown'; // not a git checkout
  }
}
