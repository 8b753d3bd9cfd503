import { averageRoc, rocFigure } from '@geneformer-ts/viz';
import type { GeneMetrics } from '../gene/gene-metrics.js';
import { shownModels } from '../gene/shown-models.js';
import type { Predictions } from '../results/predictions.js';
import { foldCurves } from './cell-roc.js';
import type { Figure } from './figure.js';

/** ROC curves per gene, averaged over the folds. */
export function geneRoc(metrics: GeneMetrics, predictions: ReadonlyMap<string, Predictions>, caption: string): Figure {
  const [, positive = ''] = Object.keys(metrics.dataset.classes);
  const published = metrics.published.filter(({ metric }) => metric === 'rocAuc');
  return {
    name: 'figure6_gene_roc',
    svg: rocFigure({
      title: `Telling ${positive} genes from the others at every threshold`,
      subtitle: published.length
        ? `Published, on other data: ${published.map(({ model, value, source }) => `${model} AUC ${value} (${source})`).join('; ')}`
        : 'One prediction a gene',
      caption,
      curves: shownModels(metrics.models).map(({ name, label, family, rocAuc }) => {
        const { fpr, tpr, lower, upper } = averageRoc(foldCurves(predictions.get(name)!));
        const band = family === 'transformer' ? { lower, upper } : {}; // more bands hide each other
        const place = metrics.models.findIndex((model) => model.name === name);
        return { name: label, place, auc: rocAuc.mean, interval: rocAuc.ci95, fpr, tpr, ...band };
      }),
    }),
    reading:
      'One prediction a gene. Mean of the folds, for transformers with a band of one standard deviation between them; areas are the means of the folds with 95 % intervals from resampling genes. Of each family of classical classifiers the one with the largest area is drawn; the table has all.',
  };
}
