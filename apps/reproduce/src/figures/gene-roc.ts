import { averageRoc, rocFigure } from '@geneformer-ts/viz';
import type { GeneMetrics } from '../gene/gene-metrics.js';
import { shownModels } from '../gene/shown-models.js';
import type { Predictions } from '../results/predictions.js';
import { foldCurves } from './cell-roc.js';
import type { Figure } from './figure.js';

/** Draws ROC curves per gene, averaged over the folds. */
export function geneRoc(metrics: GeneMetrics, predictions: ReadonlyMap<string, Predictions>, caption: string): Figure {
  const [, positive = ''] = Object.keys(metrics.dataset.classes);
  const published = metrics.published.filter(({ metric }) => metric === 'rocAuc');
  return {
    name: 'figure6_gene_roc',
    svg: rocFigure({
      title: `ROC curves for ${positive} genes against the others`,
      subtitle: published.length
        ? `Published, on other data: ${published.map(({ model, value, source }) => `${model} AUC ${value} (${source})`).join('; ')}`
        : 'One prediction per gene',
      caption,
      curves: shownModels(metrics.models).map(({ name, label, family, rocAuc }) => {
        const { fpr, tpr, lower, upper } = averageRoc(foldCurves(predictions.get(name)!));
        const band = family === 'transformer' ? { lower, upper } : {}; // more bands would hide each other
        const place = metrics.models.findIndex((model) => model.name === name);
        return { name: label, place, auc: rocAuc.mean, interval: rocAuc.ci95, fpr, tpr, ...band };
      }),
    }),
    reading:
      'One prediction per gene. Curves are the mean of the folds; transformers have a band of one standard deviation between folds. Areas are the means of the folds with 95 % intervals from resampling genes. For each family of classical classifiers the one with the largest area is drawn; the table has all of them.',
  };
}
