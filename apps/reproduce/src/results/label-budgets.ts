/** What the models reach when only a part of the training cells has labels, and what one gains over the other. */
import { measure, type Estimate, type IntervalOptions } from './measure.js';
import { pairedDifference } from './paired-difference.js';
import type { Predictions } from './predictions.js';

/** The predictions of one model with one part of the labels. */
export interface BudgetPredictions {
  model: string;
  label: string;
  percent: number;
  /** Training cells with labels, mean of the folds. */
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
  /** Difference of the two models on the same cells. */
  gain: { of: string; over: string; points: Omit<BudgetPoint, 'trainCells'>[] };
}

/** @param runs every model with every part, all labels included */
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
