import { averageRoc, confusionFigure, intervalFigure, lineFigure, rocFigure } from '@geneformer-ts/viz';
import type { Metrics, ModelMetrics } from '../results/metrics.js';
import type { Predictions } from '../results/predictions.js';
import { foldCurves } from './cell-figures.js';
import type { Figure } from './page.js';

const F1 = 'Macro F1 per gene';
const AUC = 'ROC AUC per gene';
const OCCURRENCE = 'Macro F1 per occurrence';
/** The domain of all panels, the same so that scores per gene and per occurrence can be compared. */
const AXIS = [0.2, 1] as const;

/** Draws every model with its interval: per gene for all models, per occurrence for those that predict occurrences. */
export function geneF1({ models, published, protocol }: Metrics, caption: string): Figure {
  return {
    name: 'figure7_gene_f1',
    svg: intervalFigure({
      title: 'Performance of each classifier on held-out genes',
      subtitle: `${protocol.folds} folds over genes; cells are ${protocol.cells === 'shared' ? 'shared by training and test' : 'held out too'}`,
      caption,
      models: models.map(({ label }) => label),
      groups: [F1, AUC, OCCURRENCE].map((name) => ({ name, domain: AXIS })),
      estimates: models.flatMap(estimatesOf),
      floors: models.filter(({ family }) => family === 'floor').map(({ label }) => label),
      published: published.flatMap(({ model, metric, value, source }) =>
        metric === 'accuracy' ? [] : [{ model, group: metric === 'macroF1' ? F1 : AUC, value, source }],
      ),
    }),
    reading:
      'Dots are estimates: macro F1 over all genes, ROC AUC as the mean of the folds. Lines are their 95 % intervals from resampling genes, and small ticks are single folds. Per occurrence, a gene counts once per cell that ranks it, as in the published code; only models that read cells predict occurrences. Hollow diamonds were published for other data and are shown for scale.',
  };
}

function estimatesOf({ label: model, macroF1, rocAuc, folds, occurrence }: ModelMetrics) {
  const foldsOf = (metric: 'macroF1' | 'rocAuc') => folds.map((fold) => fold[metric]).filter(Number.isFinite);
  return [
    { model, group: F1, mean: macroF1.mean, interval: macroF1.ci95, folds: foldsOf('macroF1') },
    { model, group: AUC, mean: rocAuc.mean, interval: rocAuc.ci95, folds: foldsOf('rocAuc') },
    ...(occurrence
      ? [{ model, group: OCCURRENCE, mean: occurrence.macroF1.mean, interval: occurrence.macroF1.ci95 }]
      : []),
  ];
}

/** Draws ROC curves per gene, averaged over the folds. */
export function geneRoc(metrics: Metrics, predictions: ReadonlyMap<string, Predictions>, caption: string): Figure {
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

/** Draws the confusion matrices over genes of the transformers and of the best classical classifier by macro F1. */
export function geneConfusion({ models, dataset }: Metrics, caption: string): Figure {
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

/** Draws the ROC AUC of each model against the fraction of training labels that it is given. */
export function geneCoverage({ models }: Metrics, caption: string): Figure {
  const series = shownModels(models).flatMap(({ name, label, coverage = [] }) =>
    coverage.length > 1 ? [{ name, label, coverage }] : [],
  );
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

/**
 * Returns the models to draw: every transformer, and the one with the highest area of each family of classical classifiers. Supervised
 * and semi-supervised classifiers count as separate families.
 */
function shownModels(models: readonly ModelMetrics[]): ModelMetrics[] {
  const best = new Map<string, ModelMetrics>();
  for (const model of models) {
    if (model.family === 'transformer' || model.family === 'floor') continue;
    const kind = `${model.family} ${model.learning}`;
    const known = best.get(kind);
    if (!known || model.rocAuc.mean > known.rocAuc.mean) best.set(kind, model);
  }
  return [...models.filter(({ family }) => family === 'transformer'), ...best.values()];
}
