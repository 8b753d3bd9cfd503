import { intervalFigure } from '@geneformer-ts/viz';
import { longName } from '../transfer/grid.js';
import { cellOf, type TransferMetrics } from '../transfer/transfer-metrics.js';
import type { Figure } from './figure.js';

/** Draws macro F1 with its interval: one row per model, one panel per context. */
export function transferContexts(metrics: TransferMetrics, shown: readonly string[], caption: string): Figure {
  const { contexts, protocol } = metrics;
  const models = shown.flatMap((name) => metrics.models.find((model) => model.name === name) ?? []);
  const domain = domainOf(metrics, shown);
  return {
    name: 'figure8_generalization',
    svg: intervalFigure({
      title: 'Performance in contexts that were not trained on',
      subtitle: `Macro F1 with all labels. All models of a fold are trained on the same ${protocol.trainCells} unmodified cells`,
      caption,
      models: models.map(({ label }) => label),
      groups: contexts.map((context) => ({ name: longName(context), domain })),
      estimates: models.flatMap(({ name, label }) =>
        contexts.flatMap((context) => {
          const cell = cellOf(metrics, name, context.name);
          return cell
            ? [{ model: label, group: longName(context), mean: cell.macroF1.mean, interval: cell.macroF1.ci95 }]
            : [];
        }),
      ),
      floors: models.filter(({ family }) => family === 'floor').map(({ label }) => label),
    }),
    reading: `Dots are macro F1 over the test cells of all folds, lines their 95 % intervals${protocol.groupBy ? `, from resampling whole values of ${protocol.groupBy}` : ''}. All panels have the same axis. The tables list every model.`,
  };
}

/** Returns one axis for all contexts, so that they can be compared: from the lowest to the highest end of the intervals, rounded to tenths. */
function domainOf({ grid }: TransferMetrics, shown: readonly string[]): [number, number] {
  const ends = grid
    .filter(({ model, percent }) => percent === 100 && shown.includes(model))
    .flatMap(({ macroF1: { mean, ci95 } }) => [mean, ...ci95])
    .filter(Number.isFinite);
  return [Math.floor(10 * Math.min(...ends)) / 10, Math.ceil(10 * Math.max(...ends)) / 10];
}
