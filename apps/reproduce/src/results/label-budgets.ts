/** Measures the models when only part of the training cells has labels, and the gain of one model over another. */
import { measure, type Estimate, type IntervalOptions } from './measure.js';
import { pairedDifference } from './comparisons.js';
import type { Predictions } from './predictions.js';

/** The predictions of one model with one percentage of the labels. */
export interface BudgetPredictions {
  model: string;
  label: string;
  percent: number;
  /** Number of labeled training cells, mean of the folds. */
  trainCells: number;
  predictions: Predictions;
}

export interface BudgetPoint {
  percent: number;
  trainCells: number;
  accuracy: Estimate;
  macroF1: Estimate;
}

export interface LabelBudgets {
  models: { name: string; label: string; points: BudgetPoint[] }[];
  /** Difference between the two models on the same cells. */
  gain: { of: string; over: string; points: Omit<BudgetPoint, 'trainCells'>[] };
}

/**
 * Measures every model at every percentage of the labels.
 * @param runs every model at every percentage, including 100
 */
export function measureBudgets(
  runs: readonly BudgetPredictions[],
  gain: { of: string; over: string },
  options: IntervalOptions,
): LabelBudgets {
  const sorted = [...runs].sort((a, b) => a.percent - b.percent);
  const names = [...new Set(runs.map(({ model }) => model))];
  const models = names.map((name) => {
    const own = sorted.filter(({ model }) => model === name);
    const points = own.map(({ percent, trainCells, predictions }) => {
      const measured = measure(predictions, options);
      return { percent, trainCells, accuracy: measured.accuracy, macroF1: measured.macroF1 };
    });
    return { name, label: own[0].label, points };
  });
  const points = sorted
    .filter(({ model }) => model === gain.of)
    .flatMap(({ percent, predictions }) => {
      const other = sorted.find((run) => run.model === gain.over && run.percent === percent);
      return other ? [{ percent, ...pairedDifference(predictions, other.predictions, options) }] : [];
    });
  return { models, gain: { ...gain, points } };
}
