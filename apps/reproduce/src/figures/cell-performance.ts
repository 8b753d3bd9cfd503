import { intervalFigure } from '@geneformer-ts/viz';
import { METRICS } from '../results/measure.js';
import type { Metrics } from '../results/metrics.js';
import type { Figure } from './figure.js';

export const METRIC_NAMES = { accuracy: 'Accuracy', macroF1: 'Macro F1', rocAuc: 'ROC AUC' } as const;

/** Draws every model on every metric: the estimate with its interval, the folds as ticks, and the published numbers as separate marks. */
export function cellPerformance({ models, published, protocol }: Metrics, caption: string): Figure {
  return {
    name: 'figure4_cell_performance',
    svg: intervalFigure({
      title: 'Performance of each classifier on held-out cells',
      subtitle: `${protocol.folds} folds${protocol.groupBy ? `, none of which shares a ${protocol.groupBy}` : ''}`,
      caption,
      models: models.map(({ label }) => label),
      groups: METRICS.map((metric) => ({ name: METRIC_NAMES[metric] })),
      estimates: models.flatMap((model) =>
        METRICS.map((metric) => ({
          model: model.label,
          group: METRIC_NAMES[metric],
          mean: model[metric].mean,
          interval: model[metric].ci95,
          folds: model.folds.map((fold) => fold[metric]).filter(Number.isFinite),
        })),
      ),
      floors: models.filter(({ family }) => family === 'floor').map(({ label }) => label),
      published: published.map(({ model, metric, value, source }) => ({
        model,
        group: METRIC_NAMES[metric],
        value,
        source,
      })),
    }),
    reading:
      'Dots are estimates: accuracy and macro F1 over all test cells, ROC AUC as the mean of the folds. Lines are their 95 % intervals, and small ticks are single folds. Hollow diamonds were published for other data and are shown for scale.',
  };
}
