import { lineFigure } from '@geneformer-ts/viz';
import type { GeneMetrics } from '../gene/gene-metrics.js';
import { shownModels } from '../gene/shown-models.js';
import type { Figure } from './figure.js';

/** Draws the ROC AUC of each model against the fraction of training labels that it is given. */
export function geneCoverage({ models }: GeneMetrics, caption: string): Figure {
  const series = shownModels(models).filter(({ coverage }) => coverage.length > 1);
  const shares = [...new Set(series.flatMap(({ coverage }) => coverage.map(({ share }) => share)))];
  return {
    name: 'gene_label_coverage',
    svg: lineFigure({
      title: 'Performance with part of the training labels hidden',
      subtitle:
        'The test genes stay the same; semi-supervised methods use the genes with hidden labels as unlabeled, other methods do not use them',
      caption,
      x: {
        title: 'Training labels shown',
        ticks: shares.map((share) => ({ value: share, label: `${Math.round(100 * share)}%` })),
      },
      y: { title: 'ROC AUC per gene' },
      series: series.map(({ name, label, coverage }, index) => ({
        name: label,
        place: models.findIndex((model) => model.name === name),
        x: coverage.map(({ share }) => share),
        y: coverage.map(({ rocAuc }) => rocAuc.mean),
        // Only one band, because seven would hide each other.
        ...(index === 0 && {
          lower: coverage.map(({ rocAuc }) => rocAuc.ci95[0]),
          upper: coverage.map(({ rocAuc }) => rocAuc.ci95[1]),
        }),
      })),
      references: [{ name: 'chance', value: 0.5 }],
    }),
    reading: `Each point is the mean area of the folds. ${series[0] ? `The band is the 95 % interval of ${series[0].label}; those of the other models are about as wide.` : ''} The subsets are nested: a larger one contains every gene of a smaller one.`,
  };
}
