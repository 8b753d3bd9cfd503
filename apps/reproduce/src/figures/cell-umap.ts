import { scatterFigure } from '@geneformer-ts/viz';
import type { Split } from '../data/study-cells.js';
import { predictedClasses, type Predictions } from '../results/predictions.js';
import type { Layouts } from '../stages/embed.js';
import type { Figure } from './figure.js';

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
      'UMAP of the cell embeddings. Distances between clusters have no meaning, but mixed colors do. Compare the layout before fine-tuning with the one after it, and the classes with the groups (donors, plates): a model that separates groups has learned batch effects.',
  };
}

function predictedNames(model: string, cells: number[], split: Split, predictions: ReadonlyMap<string, Predictions>) {
  const own = predictions.get(model);
  if (!own) return undefined;
  const labels = predictedClasses(own);
  const byCell = new Map(own.cellIds.map((id, row) => [id, own.classes[labels[row]]]));
  return cells.map((position) => byCell.get(split.cellIds[position]) ?? null);
}
