import { confusionFigure } from '@geneformer-ts/viz';
import type { GeneMetrics } from '../gene/gene-metrics.js';
import type { Figure } from './figure.js';

/** The transformers and the classical classifier with the highest macro F1, gene by gene. */
export function geneConfusion({ models, dataset }: GeneMetrics, caption: string): Figure {
  const transformers = models.filter(({ family }) => family === 'transformer');
  const [best] = models
    .filter(({ family }) => family !== 'transformer')
    .sort((a, b) => b.macroF1.mean - a.macroF1.mean);
  return {
    name: 'figure5_gene_confusion',
    svg: confusionFigure({
      title: 'Which genes are taken for which',
      subtitle: 'Every gene once, predicted by a model that had no label for it',
      caption,
      unit: 'genes',
      labels: Object.keys(dataset.classes),
      matrices: [...transformers, ...(best ? [best] : [])].map(({ label, confusion }) => ({
        title: label,
        counts: confusion.flat(),
      })),
    }),
    reading: `Rows are true classes, columns predicted ones; shares are of the row. The published study got 92 % of insensitive and 69 % of sensitive factors right. ${best ? `${best.label} is the classical classifier with the highest macro F1.` : ''}`,
  };
}
