/** Figures of a generalization experiment: macro F1 per context, against sequencing depth and against the number of labels. */
import { intervalFigure, lineFigure } from '@geneformer-ts/viz';
import { type Context, longName } from '../transfer/grid.js';
import { cellOf, type GridCell, type TransferMetrics } from '../transfer/transfer-metrics.js';
import type { Figure } from './page.js';

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

/** Draws one line per model over the depths, from the lowest to the full depth; returns no figure where depths were not changed. */
export function transferDepth(metrics: TransferMetrics, shown: readonly string[], caption: string): Figure[] {
  const depths = metrics.contexts
    .filter(({ kind }) => kind === 'seen' || kind === 'depth')
    .map(({ name, kind, amount }) => ({ name, share: kind === 'depth' ? 1 / amount : 1 }))
    .sort((a, b) => a.share - b.share);
  if (depths.length < 2) return [];
  const svg = lineFigure({
    title: 'Performance at lower sequencing depth',
    subtitle:
      'The same test cells, with each molecule kept at random with the given probability; models were trained at full depth',
    caption,
    x: {
      title: 'Fraction of the depth',
      log: true,
      ticks: depths.map(({ share }) => ({ value: share, label: share === 1 ? 'all' : `1/${Math.round(1 / share)}` })),
    },
    y: { title: 'Macro F1' },
    series: linesOf(metrics, shown, (model) =>
      depths.flatMap(({ name, share }) => {
        const cell = cellOf(metrics, model, name);
        return cell ? [{ x: share, cell }] : [];
      }),
    ),
  });
  return [{ name: 'figure8_depth', svg, reading: `Macro F1 over the test cells of all folds. ${bandNote(metrics)}` }];
}

/**
 * Draws one figure per context that was tested with part of the labels: one line per model over the number of labeled cells.
 * @param shown models of the other figures, which keep their colors here
 */
export function transferLabels(metrics: TransferMetrics, shown: readonly string[], caption: string): Figure[] {
  const parts = metrics.grid.filter(({ percent }) => percent < 100);
  const all = [...new Set([...shown, ...metrics.models.map(({ name }) => name)])];
  const models = all.map((name) => (parts.some(({ model }) => model === name) ? name : undefined));
  return metrics.contexts
    .filter(({ name }) => parts.some(({ context }) => context === name))
    .map((context) => labelFigure(metrics, context, models, caption));
}

function labelFigure(
  metrics: TransferMetrics,
  context: Context,
  models: readonly (string | undefined)[],
  caption: string,
): Figure {
  const own = metrics.grid.filter(({ context: name }) => name === context.name).sort((a, b) => a.percent - b.percent);
  return {
    name: context.kind === 'seen' ? 'figure8_labels' : `figure8_labels_${context.name}`,
    svg: lineFigure({
      title: `Performance with few labels: ${longName(context).toLowerCase()}`,
      caption,
      x: { title: 'Labeled training cells', log: true, ticks: ticksOf(own) },
      y: { title: 'Macro F1' },
      series: linesOf(metrics, models, (model) =>
        own.filter((cell) => cell.model === model).map((cell) => ({ x: cell.trainCells, cell })),
      ),
    }),
    reading: `Macro F1 over the test cells of all folds; every class has at least one labeled cell, and larger subsets contain the smaller ones. ${bandNote(metrics)}`,
  };
}

/** Returns the numbers of labeled cells that were tested; they are the same for all models. */
function ticksOf(cells: readonly GridCell[]) {
  return [...new Set(cells.map(({ trainCells }) => trainCells))].map((value) => ({
    value,
    label: value.toLocaleString('en-US'),
  }));
}

/** Returns one line per model. @param shown model names, indexed as the colors; undefined where no line is drawn */
function linesOf(
  { models, reference }: TransferMetrics,
  shown: readonly (string | undefined)[],
  pointsOf: (model: string) => { x: number; cell: GridCell }[],
) {
  return shown.flatMap((name, place) => {
    const model = models.find((own) => own.name === name);
    if (!model || model.family === 'floor') return [];
    const points = pointsOf(model.name);
    if (points.length === 0) return [];
    return [
      {
        name: model.label,
        place,
        x: points.map(({ x }) => x),
        y: points.map(({ cell }) => cell.macroF1.mean),
        // Only one band, because many would hide each other.
        ...(name === reference && {
          lower: points.map(({ cell }) => cell.macroF1.ci95[0]),
          upper: points.map(({ cell }) => cell.macroF1.ci95[1]),
        }),
      },
    ];
  });
}

function bandNote({ models, reference }: TransferMetrics): string {
  return `The band is the 95 % interval of ${models.find(({ name }) => name === reference)?.label ?? reference}.`;
}
