/** Measures accuracy, macro F1 and ROC AUC of one model's predictions, with intervals over its test rows. */
import {
  accuracy,
  bootstrapInterval,
  macroF1,
  perClassRecall,
  rocAucScorer,
  rocAuc,
  type WeightedStatistic,
} from '@geneformer-ts/eval';
import { predictedClasses, type Predictions } from './predictions.js';

export const METRICS = ['accuracy', 'macroF1', 'rocAuc'] as const;
export type Metric = (typeof METRICS)[number];

export interface Estimate {
  /** Accuracy and macro F1: on all test rows together. ROC AUC: the mean of the folds. */
  mean: number;
  ci95: [low: number, high: number];
}

export interface IntervalOptions {
  resamples: number;
  level: number;
  seed: number;
  /** Resample whole groups, because the folds kept them together. */
  byGroup: boolean;
}

/** Returns the estimates of one model, with intervals over all its test rows and one value per fold. */
export function measure(predictions: Predictions, options: IntervalOptions) {
  const { truth, classes, folds } = predictions;
  const predicted = predictedClasses(predictions);
  const k = classes.length;
  const scores = scoresOf(predictions);
  const everyRow = new Int32Array(truth.length).fill(1);
  const resampling = resamplingOf(predictions, options);
  const estimate = (metric: Metric): Estimate => ({
    mean: scores[metric](everyRow),
    ci95: bootstrapInterval(truth.length, scores[metric], resampling),
  });
  const recall = perClassRecall(truth, predicted, k);
  const confusion = classes.map(() => classes.map(() => 0));
  truth.forEach((label, row) => confusion[label][predicted[row]]++);
  return {
    accuracy: estimate('accuracy'),
    macroF1: estimate('macroF1'),
    rocAuc: estimate('rocAuc'),
    perClassRecall: Object.fromEntries(classes.map((name, index) => [name, recall[index] ?? NaN])),
    confusion,
    folds: [...new Set(folds)].sort((a, b) => a - b).map((fold) => scoreFold(predictions, predicted, fold)),
  };
}

/** Returns the scores of one model as functions of the number of draws of each row. */
export function scoresOf(predictions: Predictions): Record<Metric, WeightedStatistic> {
  const { truth, classes } = predictions;
  const predicted = predictedClasses(predictions);
  return {
    accuracy: (weights) => accuracy(truth, predicted, weights),
    macroF1: (weights) => macroF1(truth, predicted, classes.length, weights),
    rocAuc: meanFoldAuc(predictions),
  };
}

/** Returns how rows are resampled: whole groups, or rows within classes. */
export function resamplingOf({ truth, groups }: Predictions, { byGroup, ...drawing }: IntervalOptions) {
  return { ...drawing, ...(byGroup ? { clusters: codes(groups) } : { strata: truth }) };
}

/**
 * Returns the mean area of the folds. Each fold has its own model, and scores of different models cannot be ranked against each other:
 * in the pooled area, even a constant classifier deviates from 0.5 when folds differ in their class proportions.
 */
function meanFoldAuc({ truth, probabilities, classes, folds }: Predictions): WeightedStatistic {
  const k = classes.length;
  const parts = [...new Set(folds)].flatMap((fold) => {
    const rows = [...truth.keys()].filter((row) => folds[row] === fold);
    const own = Int32Array.from(rows, (row) => truth[row]);
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
  const own = Int32Array.from(rows, (row) => truth[row]);
  const guess = Int32Array.from(rows, (row) => predicted[row]);
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
