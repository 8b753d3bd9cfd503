import { intervalFigure } from '@geneformer-ts/viz';
import type { GeneMetrics, GeneModelMetrics } from '../gene/gene-metrics.js';
import type { Figure } from './figure.js';

const F1 = 'Macro F1 per gene';
const AUC = 'ROC AUC per gene';
const OCCURRENCE = 'Macro F1 per occurrence';
/** The same in all panels: per gene and per occurrence are there to be compared. */
const AXIS = [0.2, 1] as const;

/** Every model with its interval: per gene for all of them, per occurrence for those that predict occurrences. */
export function geneF1({ models, published, protocol }: GeneMetrics, caption: string): Figure {
  return {
    name: 'figure7_gene_f1',
    svg: intervalFigure({
      title: 'How well each classifier does on genes that it has no label for',
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
      'Dots are estimates (macro F1 over all genes, ROC AUC the mean of the folds), lines their 95 % intervals from resampling genes, small ticks single folds. Per occurrence, a gene counts once for every cell that ranks it, as in the published code; only models that read cells predict occurrences. Hollow diamonds were published for other data and are shown for scale.',
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
