import { lineFigure, type ReportTable } from '@geneformer-ts/viz';
import { score } from '../results/words.js';
import type { CurvePoint } from '../curve/measure-curve.js';
import type { LabelCurve } from '../stages/label-curve.js';
import type { Figure } from './page.js';

/** Draws macro F1 against the number of labeled cells, one line per row of the curve. */
export function labelCurveFigure({ rows, draws }: LabelCurve, caption: string): Figure {
  return {
    name: 'cell_label_curve',
    svg: lineFigure({
      title: 'Performance by number of labeled cells',
      caption,
      x: { title: 'Labeled training cells', log: true },
      y: { title: 'Macro F1' },
      series: rows.map(({ label, points }) => ({
        name: label,
        x: points.map(({ labels }) => labels),
        y: points.map(({ macroF1 }) => macroF1),
        lower: points.map(({ macroF1, ci95 }) => ci95?.[0] ?? macroF1),
        upper: points.map(({ macroF1, ci95 }) => ci95?.[1] ?? macroF1),
      })),
    }),
    reading: `Macro F1 over the test cells of all folds, mean of ${draws} draws of the labels; bands are 95 % intervals over the draws. Vectors of cells are frozen, and logistic regression is trained on the labeled cells.`,
  };
}

/** Returns the same numbers as a table. */
export function labelCurveTable({ rows, draws }: LabelCurve): ReportTable {
  return {
    title: 'Performance by number of labeled cells',
    columns: ['Macro F1', ...columnsOf(rows)],
    rows: rows.map(({ label, points }) => [label, ...points.map(curveScore)]),
    note: `Means of ${draws} draws of the labels, with 95 % intervals over the draws; all labels can be drawn in one way only.`,
  };
}

/** Returns the headings of the points: `10 labels`, …, `all 1,200`. */
export function columnsOf(rows: LabelCurve['rows']): string[] {
  const points = rows[0]?.points ?? [];
  return points.map(({ labels }, at) =>
    at === points.length - 1 ? `all ${labels.toLocaleString('en-US')}` : `${labels} labels`,
  );
}

/** Returns `0.698 (0.651–0.745)`, or only the mean of a single draw. */
export function curveScore({ macroF1, ci95 }: CurvePoint): string {
  return ci95 ? `${score(macroF1)} (${score(ci95[0])}–${score(ci95[1])})` : score(macroF1);
}
