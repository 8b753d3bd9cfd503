import { intervalFigure } from '@geneformer-ts/viz';
import type { GeneMetrics, GeneModelMetrics } from '../gene/gene-metrics.js';
import type { Figure } from './figure.js';

const F1 = 'Macro F1 per gene';
const AUC = 'ROC AUC per gene';
const OCCURRENCE = 'Macro F1 per occurrence';
/** The domain of all panels, the same so that scores per gene and per occurrence can be compared. */
const AXIS = [0.2, 1] as const;

/** Draws every model with its interval: per gene for all models, per occurrence for those that predict occurrences. */
export function geneF1({ models, published, protocol }: GeneMetrics, caption: string): Figure {
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

function estimatesOf({ label: model, macroF1, rocAuc, folds, occurrence }: GeneModelMetrics) {
  const foldsOf = (metric: 'macroF1' | 'rocAuc') => folds.map((fold) => fold[metric]).filter(Number.isFinite);
  return [
    { model, group: F1, mean: macroF1.mean, interval: macroF1.ci95, folds: foldsOf('macroF1') },
    { model, group: AUC, mean: rocAuc.mean, interval: rocAuc.ci95, folds: foldsOf('rocAuc') },
    ...(occurrence
      ? [{ model, group: OCCURRENCE, mean: occurrence.macroF1.mean, interval: occurrence.macroF1.ci95 }]
      : []),
  ];
}
