/** Macro F1 against how much of a cell, or how many labels, there are. */
import { lineFigure } from '@geneformer-ts/viz';
import { longName, type Context } from '../transfer/grid.js';
import { cellOf, type GridCell, type TransferMetrics } from '../transfer/transfer-metrics.js';
import type { Figure } from './figure.js';

/** A line a model over the depths, from a sixteenth (or whatever is least) to all of it; none where depths were not changed. */
export function transferDepth(metrics: TransferMetrics, shown: readonly string[], caption: string): Figure[] {
  const depths = metrics.contexts
    .filter(({ kind }) => kind === 'seen' || kind === 'depth')
    .map(({ name, kind, amount }) => ({ name, share: kind === 'depth' ? 1 / amount : 1 }))
    .sort((a, b) => a.share - b.share);
  if (depths.length < 2) return [];
  const svg = lineFigure({
    title: 'What is left when fewer molecules are caught',
    subtitle: 'The same test cells, each molecule kept with a probability; models were trained at the whole depth',
    caption,
    x: {
      title: 'Share of the depth',
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
 * For every context in which parts of the labels were tried, a line a model over the number of labelled cells.
 * @param shown models of the other figures, of whose colours these are
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
      title: `What few labels suffice for: ${longName(context).toLowerCase()}`,
      caption,
      x: { title: 'Labelled training cells', log: true, ticks: ticksOf(own) },
      y: { title: 'Macro F1' },
      series: linesOf(metrics, models, (model) =>
        own.filter((cell) => cell.model === model).map((cell) => ({ x: cell.trainCells, cell })),
      ),
    }),
    reading: `Macro F1 over the test cells of all folds; every class has at least one labelled cell, and smaller parts lie within larger ones. ${bandNote(metrics)}`,
  };
}

/** The numbers of labelled cells that were tried: parts are the same for all models. */
function ticksOf(cells: readonly GridCell[]) {
  return [...new Set(cells.map(({ trainCells }) => trainCells))].map((value) => ({
    value,
    label: value.toLocaleString('en-US'),
  }));
}

/** @param shown names by their places among the colours; undefined where nothing is drawn */
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
        // One band, since many hide each other.
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
