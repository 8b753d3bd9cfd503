import { confusionFigure } from '@geneformer-ts/viz';
import type { Metrics, ModelMetrics } from '../results/metrics.js';
import type { Figure } from './figure.js';

/** The transformers and the best classical classifier, side by side. */
export function cellConfusion({ models, dataset }: Metrics, caption: string): Figure {
  const transformers = models.filter(({ family }) => family === 'transformer');
  const [best] = models
    .filter(({ family }) => family !== 'transformer')
    .sort((a, b) => b.macroF1.mean - a.macroF1.mean);
  const shown: ModelMetrics[] = [...transformers, ...(best ? [best] : [])];
  return {
    name: 'figure3_cell_confusion',
    svg: confusionFigure({
      title: 'Which cells are taken for which',
      subtitle: 'All test cells of all folds, each predicted by a model that was not trained on it',
      caption,
      labels: Object.keys(dataset.classes),
      matrices: shown.map(({ label, confusion }) => ({ title: label, counts: confusion.flat() })),
    }),
    reading: `Rows are true classes, columns predicted ones; shares are of the row. ${best ? `${best.label} is the classical classifier with the highest macro F1.` : ''}`,
  };
}
