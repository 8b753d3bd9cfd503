import { confusionFigure } from '@geneformer-ts/viz';
import type { GeneMetrics } from '../gene/gene-metrics.js';
import type { Figure } from './figure.js';

/** Draws the confusion matrices over genes of the transformers and of the best classical classifier by macro F1. */
export function geneConfusion({ models, dataset }: GeneMetrics, caption: string): Figure {
  const transformers = models.filter(({ family }) => family === 'transformer');
  const [best] = models
    .filter(({ family }) => family !== 'transformer')
    .sort((a, b) => b.macroF1.mean - a.macroF1.mean);
  return {
    name: 'figure5_gene_confusion',
    svg: confusionFigure({
      title: 'Predicted against true classes of the tested genes',
      subtitle: 'Every gene counts once, predicted by a model that had no label for it',
      caption,
      unit: 'genes',
      labels: Object.keys(dataset.classes),
      matrices: [...transformers, ...(best ? [best] : [])].map(({ label, confusion }) => ({
        title: label,
        counts: confusion.flat(),
      })),
    }),
    reading: `Rows are true classes, columns are predicted classes; percentages are of the row. The published study classified 92 % of insensitive and 69 % of sensitive factors correctly. ${best ? `${best.label} is the classical classifier with the highest macro F1.` : ''}`,
  };
}
