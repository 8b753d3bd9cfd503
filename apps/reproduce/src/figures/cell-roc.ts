import { rocCurve } from '@geneformer-ts/eval';
import { averageRoc, rocFigure } from '@geneformer-ts/viz';
import type { Metrics } from '../results/metrics.js';
import type { Predictions } from '../results/predictions.js';
import type { Figure } from './figure.js';

/** Draws ROC curves of two classes, averaged over the folds. */
export function cellRoc({ models }: Metrics, predictions: ReadonlyMap<string, Predictions>, caption: string): Figure {
  const shown = models.filter(({ family }) => family !== 'floor');
  const [positive] = [...predictions.values()].map(({ classes }) => classes[1]);
  return {
    name: 'cell_roc',
    svg: rocFigure({
      title: `ROC curves for ${positive} against the other class`,
      caption,
      curves: shown.map(({ name, label, rocAuc }) => ({
        name: label,
        auc: rocAuc.mean,
        interval: rocAuc.ci95,
        ...averageRoc(foldCurves(predictions.get(name)!)),
      })),
    }),
    reading:
      'Curves are the mean of the folds, bands one standard deviation between folds. Areas are the means of the folds with their 95 % intervals.',
  };
}

export function foldCurves({ truth, probabilities, folds }: Predictions) {
  return [...new Set(folds)].flatMap((fold) => {
    const rows = [...truth.keys()].filter((row) => folds[row] === fold);
    const labels = Int32Array.from(rows, (row) => truth[row]);
    if (new Set(labels).size < 2) return [];
    const scores = Float64Array.from(rows, (row) => probabilities[2 * row + 1]);
    const { falsePositiveRate: fpr, truePositiveRate: tpr } = rocCurve(labels, scores);
    return [{ fpr, tpr }];
  });
}
