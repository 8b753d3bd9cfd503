import { lineFigure, type ReportSpec } from '@geneformer-ts/viz';
import type { BudgetPoint, LabelBudgets } from '../results/label-budgets.js';
import { scoreRange, signedRange } from '../results/words.js';
import type { Figure } from './page.js';

/** Draws macro F1 against the number of labeled training cells, one line per model. */
export function labelBudgetFigure({ models }: LabelBudgets, caption: string): Figure {
  return {
    name: 'cell_label_budgets',
    svg: lineFigure({
      title: 'Performance with few labels',
      caption,
      x: { title: 'Labeled training cells', log: true },
      y: { title: 'Macro F1' },
      series: models.map(({ label, points }) => ({
        name: label,
        x: points.map(({ trainCells }) => trainCells),
        y: points.map(({ macroF1 }) => macroF1.mean),
        lower: points.map(({ macroF1 }) => macroF1.ci95[0]),
        upper: points.map(({ macroF1 }) => macroF1.ci95[1]),
      })),
    }),
    reading:
      'Macro F1 over the test cells of all folds, with 95 % intervals. Every class has at least one labeled cell, and larger subsets contain the smaller ones.',
  };
}

/** Returns the same numbers as a table, with the gain of one model over another on the same cells. */
export function labelBudgetTable({ models, gain }: LabelBudgets): NonNullable<ReportSpec['tables']>[number] {
  const labelOf = (name: string) => models.find((model) => model.name === name)?.label ?? name;
  const first = models[0]?.points ?? [];
  const row = (
    name: string,
    points: readonly Omit<BudgetPoint, 'trainCells'>[],
    metric: 'accuracy' | 'macroF1',
    write = scoreRange,
  ) => [name, metric === 'accuracy' ? 'Accuracy' : 'Macro F1', ...points.map((point) => write(point[metric]))];
  const metrics = ['accuracy', 'macroF1'] as const;
  return {
    title: 'Performance with part of the labels',
    columns: ['Model', 'Metric', ...first.map(({ percent, trainCells }) => `${percent} % (${trainCells} cells)`)],
    rows: [
      ...models.flatMap(({ label, points }) => metrics.map((metric) => row(label, points, metric))),
      ...metrics.map((metric) =>
        row(`Gain of ${labelOf(gain.of)} over ${labelOf(gain.over)}`, gain.points, metric, signedRange),
      ),
    ],
    note: 'Brackets: 95 % intervals. For the gain, both models are measured on the same resampled cells. Numbers of cells are means over the folds.',
  };
}
