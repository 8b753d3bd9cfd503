/** `metrics.json`: what was measured, on what, how, and what the published study reports for the same question. */
import {
  accuracy,
  bootstrapInterval,
  macroF1,
  perClassRecall,
  rocAucScorer,
  rocAuc,
  type WeightedStatistic,
} from '@geneformer-ts/eval';
import type { Comparison } from './comparisons.js';
import type { ChosenSettings } from '../data/settle.js';
import { predictedClasses, type Predictions } from './predictions.js';
import type { PublishedFigure } from '../config/schema.js';
import type { LabelBudgets } from './label-budgets.js';

export const METRICS = ['accuracy', 'macroF1', 'rocAuc'] as const;
export type Metric = (typeof METRICS)[number];

export interface Estimate {
  /** Accuracy and macro F1: on all test rows together. ROC AUC: the mean of the folds. */
  mean: number;
  ci95: [low: number, high: number];
}

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
  environment: {
    node: string;
    backend: string;
    device: string;
    cpu: string;
    threads: number;
    commit: string;
  };
}

export interface IntervalOptions {
  resamples: number;
  level: number;
  seed: number;
  /** Resample whole groups, because the folds kept them together. */
  byGroup: boolean;
}

/** The estimates of one model, with intervals over all its test rows and a value for each fold. */
export function measure(predictions: Predictions, options: IntervalOptions) {
  const { truth, classes, folds } = predictions;
  const predicted = predictedClasses(predictions);
  const k = classes.length;
  const scores: Record<Metric, WeightedStatistic> = {
    accuracy: (weights) => accuracy(truth, predicted, weights),
    macroF1: (weights) => macroF1(truth, predicted, k, weights),
    rocAuc: meanFoldAuc(predictions),
  };
  const everyRow = new Int32Array(truth.length).fill(1);
  const resampling = { ...options, ...(options.byGroup ? { clusters: codes(predictions.groups) } : { strata: truth }) };
  const estimate = (metric: Metric): Estimate => ({
    mean: scores[metric](everyRow),
    ci95: bootstrapInterval(truth.length, scores[metric], resampling),
  });
  const recall = perClassRecall(truth, predicted, k);
  const confusion = classes.map(() => classes.map(() => 0));
  truth.forEach((label, row) => confusion[label]![predicted[row]!]!++);
  return {
    accuracy: estimate('accuracy'),
    macroF1: estimate('macroF1'),
    rocAuc: estimate('rocAuc'),
    perClassRecall: Object.fromEntries(classes.map((name, index) => [name, recall[index] ?? NaN])),
    confusion,
    folds: [...new Set(folds)].sort((a, b) => a - b).map((fold) => scoreFold(predictions, predicted, fold)),
  };
}

/**
 * The mean of the folds' areas. Each fold has a model of its own, and the scores of different models cannot be ranked against each other:
 * pooled, even a constant classifier is pulled away from 0.5 by folds that differ in their mix of classes.
 */
function meanFoldAuc({ truth, probabilities, classes, folds }: Predictions): WeightedStatistic {
  const k = classes.length;
  const parts = [...new Set(folds)].flatMap((fold) => {
    const rows = [...truth.keys()].filter((row) => folds[row] === fold);
    const own = Int32Array.from(rows, (row) => truth[row]!);
    if (new Set(own).size < 2) return [];
    const scores = Float64Array.from(rows.flatMap((row) => [...probabilities.subarray(row * k, row * k + k)]));
    return [{ rows, scorer: rocAucScorer(own, scores, k), weights: new Int32Array(rows.length) }];
  });
  return (weights) => {
    let sum = 0;
    let defined = 0;
    for (const part of parts) {
      part.rows.forEach((row, i) => (part.weights[i] = weights[row]!));
      const auc = part.scorer(part.weights);
      if (Number.isNaN(auc)) continue; // a resample may leave a fold without one of the classes
      sum += auc;
      defined++;
    }
    return sum / defined;
  };
}

function scoreFold({ truth, probabilities, classes, folds }: Predictions, predicted: Int32Array, fold: number) {
  const k = classes.length;
  const rows = [...truth.keys()].filter((row) => folds[row] === fold);
  const own = Int32Array.from(rows, (row) => truth[row]!);
  const guess = Int32Array.from(rows, (row) => predicted[row]!);
  const scores = Float64Array.from(rows.flatMap((row) => [...probabilities.subarray(row * k, row * k + k)]));
  return {
    accuracy: accuracy(own, guess),
    macroF1: macroF1(own, guess, k),
    rocAuc: new Set(own).size === k ? rocAuc(own, scores, k) : NaN,
  };
}

function codes(names: readonly string[]): Int32Array {
  const index = new Map([...new Set(names)].sort().map((name, code) => [name, code]));
  return Int32Array.from(names, (name) => index.get(name) ?? 0);
}
