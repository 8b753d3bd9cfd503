import { confusionFigure } from '@geneformer-ts/viz';
import type { Metrics, ModelMetrics } from '../results/metrics.js';
import type { Figure } from './figure.js';

/** Draws the confusion matrices of the transformers and of the best classical classifier. */
export function cellConfusion({ models, dataset }: Metrics, caption: string): Figure {
  const transformers = models.filter(({ family }) => family === 'transformer');
  const [best] = models
    .filter(({ family }) => family !== 'transformer')
    .sort((a, b) => b.macroF1.mean - a.macroF1.mean);
  const shown: ModelMetrics[] = [...transformers, ...(best ? [best] : [])];
  return {
    name: 'figure3_cell_confusion',
    svg: confusionFigure({
      title: 'Predicted against true classes of the held-out cells',
      subtitle: 'All test cells of all folds; each cell is predicted by a model that was not trained on it',
      caption,
      labels: Object.keys(dataset.classes),
      matrices: shown.map(({ label, confusion }) => ({ title: label, counts: confusion.flat() })),
    }),
    reading: `Rows are true classes, columns are predicted classes; percentages are of the row. ${best ? `${best.label} is the classical classifier with the highest macro F1.` : ''}`,
  };
}
