/** Draws macro F1 against sequencing depth and against the number of labels. */
import { lineFigure } from '@geneformer-ts/viz';
import { longName, type Context } from '../transfer/grid.js';
import { cellOf, type GridCell, type TransferMetrics } from '../transfer/transfer-metrics.js';
import type { Figure } from './figure.js';

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
