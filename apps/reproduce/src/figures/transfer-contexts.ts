import { intervalFigure } from '@geneformer-ts/viz';
import { longName } from '../transfer/grid.js';
import { cellOf, type TransferMetrics } from '../transfer/transfer-metrics.js';
import type { Figure } from './figure.js';

/** Macro F1 with its interval: a row a model, a panel a context. */
export function transferContexts(metrics: TransferMetrics, shown: readonly string[], caption: string): Figure {
  const { contexts, protocol } = metrics;
  const models = shown.flatMap((name) => metrics.models.find((model) => model.name === name) ?? []);
  const domain = domainOf(metrics, shown);
  return {
    name: 'figure8_generalization',
    svg: intervalFigure({
      title: 'What holds in contexts that were not trained on',
      subtitle: `Macro F1 with all labels. All models of a fold learn from the same ${protocol.trainCells} undisturbed cells`,
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
    reading: `Dots are macro F1 over the test cells of all folds, lines their 95 % intervals${protocol.groupBy ? `, from resampling whole values of ${protocol.groupBy}` : ''}. All panels have the same axis. The tables hold every model.`,
  };
}

/** One axis for all contexts, to tenths, so that what a context costs is seen: from the lowest end of an interval to the highest. */
function domainOf({ grid }: TransferMetrics, shown: readonly string[]): [number, number] {
  const ends = grid
    .filter(({ model, percent }) => percent === 100 && shown.includes(model))
    .flatMap(({ macroF1: { mean, ci95 } }) => [mean, ...ci95])
    .filter(Number.isFinite);
  return [Math.floor(10 * Math.min(...ends)) / 10, Math.ceil(10 * Math.max(...ends)) / 10];
}
