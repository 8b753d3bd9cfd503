import { rocCurve } from '@geneformer-ts/eval';
import { averageRoc, confusionFigure, intervalFigure, rocFigure, scatterFigure } from '@geneformer-ts/viz';
import type { Split } from '../data/study-cells.js';
import { METRICS } from '../results/measure.js';
import type { Metrics, ModelMetrics } from '../results/metrics.js';
import { predictedClasses, type Predictions } from '../results/predictions.js';
import type { Layouts } from '../stages/embed.js';
import { METRIC_NAMES } from './experiment-page.js';
import type { Figure } from './page.js';

/** Draws every model on every metric: the estimate with its interval, the folds as ticks, and the published numbers as separate marks. */
export function cellPerformance({ models, published, protocol }: Metrics, caption: string): Figure {
  return {
    name: 'figure4_cell_performance',
    svg: intervalFigure({
      title: 'Performance of each classifier on held-out cells',
      subtitle: `${protocol.folds} folds${protocol.groupBy ? `, none of which shares a ${protocol.groupBy}` : ''}`,
      caption,
      models: models.map(({ label }) => label),
      groups: METRICS.map((metric) => ({ name: METRIC_NAMES[metric] })),
      estimates: models.flatMap((model) =>
        METRICS.map((metric) => ({
          model: model.label,
          group: METRIC_NAMES[metric],
          mean: model[metric].mean,
          interval: model[metric].ci95,
          folds: model.folds.map((fold) => fold[metric]).filter(Number.isFinite),
        })),
      ),
      floors: models.filter(({ family }) => family === 'floor').map(({ label }) => label),
      published: published.map(({ model, metric, value, source }) => ({
        model,
        group: METRIC_NAMES[metric],
        value,
        source,
      })),
    }),
    reading:
      'Dots are estimates: accuracy and macro F1 over all test cells, ROC AUC as the mean of the folds. Lines are their 95 % intervals, and small ticks are single folds. Hollow diamonds were published for other data and are shown for scale.',
  };
}

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

/** Draws the confusion matrices of the transformers and of the best classical classifier. */
export function cellConfusion({ models, dataset }: Metrics, caption: string): Figure {
  const transformers = models.filter(({ family }) => family === 'transformer');
  const [best] = models
    .filter(({ family }) => family !== 'transformer')
    .sort((a, b) => b.macroF1.mean - a.macroF1.mean);
  const shown: ModelMetrics[] = [...transformers, ...(best ? [best] : [])];
  return {
    name: 'figure3_cell_confusion',
    svg: confusionFigure({
      title: 'Predicted against true classes of the held-out cells',
      subtitle: 'All test cells of all folds; each cell is predicted by a model that was not trained on it',
      caption,
      labels: Object.keys(dataset.classes),
      matrices: shown.map(({ label, confusion }) => ({ title: label, counts: confusion.flat() })),
    }),
    reading: `Rows are true classes, columns are predicted classes; percentages are of the row. ${best ? `${best.label} is the classical classifier with the highest macro F1.` : ''}`,
  };
}

/** Draws UMAPs of held-out cells: each model's layout colored by true class, and the last one also by predicted class and by group. */
export function cellUmap(
  { cells, layouts }: Layouts,
  split: Split,
  predictions: ReadonlyMap<string, Predictions>,
  caption: string,
): Figure {
  const [first, ...others] = layouts;
  if (!first) throw new Error('no layouts to draw');
  const truth = cells.map((position) => split.classes[split.labels[position]]);
  const groups = cells.map((position) => split.groups[position]);
  const shown = layouts.find(({ model }) => predictions.has(model)) ?? first;
  const predicted = predictedNames(shown.model, cells, split, predictions);
  return {
    name: 'figure2_cell_umap',
    svg: scatterFigure({
      title: 'UMAP of held-out cells',
      subtitle: `${cells.length} cells of the first fold, on which no classifier shown here was trained`,
      caption,
      points: first.points,
      panels: [
        { title: `${first.label}: class`, values: truth },
        ...others.map(({ label, points }) => ({ title: `${label}: class`, values: truth, points })),
        ...(predicted ? [{ title: `${shown.label}: predicted`, values: predicted, points: shown.points }] : []),
        ...(new Set(groups).size > 1
          ? [{ title: `${shown.label}: group`, values: groups, points: shown.points, labels: false }]
          : []),
      ],
    }),
    reading:
      'UMAP of the vectors of cells. Distances between clusters have no meaning, but mixed colors do. Compare the pretrained model with the models that were trained with labels, and the classes with the groups (donors, plates): a model that separates groups has learned batch effects.',
  };
}

function predictedNames(model: string, cells: number[], split: Split, predictions: ReadonlyMap<string, Predictions>) {
  const own = predictions.get(model);
  if (!own) return undefined;
  const labels = predictedClasses(own);
  const byCell = new Map(own.cellIds.map((id, row) => [id, own.classes[labels[row]]]));
  return cells.map((position) => byCell.get(split.cellIds[position]) ?? null);
}
