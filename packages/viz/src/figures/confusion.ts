import { checkOptions, type OptionNames } from '@geneformer-ts/core';
import { confusionMatrix } from './confusion-matrix.js';
import { confusionNames } from './confusion-names.js';
import { BadValueError, EmptyFigureError, ShapeMismatchError } from '../errors.js';
import { figureTextNames, frame } from '../drawing/figure-frame.js';
import type { FigureText } from '../drawing/figure-frame.js';
import { element } from '../drawing/markup.js';
import type { Markup } from '../drawing/markup.js';
import { formatCount, formatShare } from '../drawing/numbers.js';
import { muted, rule, shareColor } from '../drawing/palette.js';
import { group, label, labelLines, lettering, linesHeight, middle, pageWidth } from '../drawing/theme.js';
import { wrap } from '../drawing/words.js';

export interface ConfusionSpec extends FigureText {
  /** Class names, in the order of rows and columns. */
  labels: readonly string[];
  /**
   * One matrix per model: counts, classes × classes, row-major; rows are true classes, columns are predicted classes.
   */
  matrices: readonly { title?: string; counts: ArrayLike<number> }[];
  /** Name of the counted items, in the plural; default "cells". */
  unit?: string;
}

const known: OptionNames<ConfusionSpec> = { labels: true, matrices: true, unit: true, ...figureTextNames };

const figure = 'confusionFigure';
const panelGap = 30;
const barWidth = 12;

/**
 * Draws confusion matrices as SVG. Each square shows the share of its true class and, where it fits, the count. The n
 * beside a row is the size of that class; the n under a column is the number of predictions of that class.
 *
 * @throws EmptyFigureError without classes, matrices or counts; ShapeMismatchError when a matrix is not classes ×
 *   classes; BadValueError on a negative or fractional count
 */
export function confusionFigure(spec: ConfusionSpec): string {
  checkOptions('confusionFigure', spec, known);
  check(spec);
  const unit = spec.unit ?? 'cells';
  const classes = spec.labels.length;
  const several = spec.matrices.length > 1;
  const cell = Math.min(76, Math.max(26, Math.floor((several ? 250 : 420) / classes)));
  const side = cell * classes;

  const drawn = spec.matrices.map(({ title, counts }) => {
    const rowTotals = spec.labels.map((_, r) => sum(classes, (c) => counts[r * classes + c] ?? 0));
    const columnTotals = spec.labels.map((_, c) => sum(classes, (r) => counts[r * classes + c] ?? 0));
    const names = confusionNames(spec.labels, rowTotals, columnTotals, cell);
    const total = sum(classes, (i) => rowTotals[i] ?? 0);
    const right = sum(classes, (i) => counts[i * classes + i] ?? 0) / total;
    const titleLines = title ? wrap(title, names.left + side, lettering.panel) : [];
    const top = linesHeight(titleLines.length, lettering.panel) + lettering.label.size + 12;
    const markup = [
      group(0, 0, labelLines(titleLines, 0, lettering.panel.size, lettering.panel)),
      label(`${formatCount(total)} ${unit}, ${formatShare(right)} on the diagonal`, 0, top - 12, lettering.label, {
        fill: muted,
      }),
      group(names.left, top, confusionMatrix(counts, rowTotals, cell), names.markup),
    ];
    return { markup, left: names.left, top, width: names.left + side, height: top + side + names.bottom };
  });

  const columnWidth = Math.max(...drawn.map((panel) => panel.width));
  const columns = Math.max(1, Math.min(drawn.length, Math.floor((pageWidth + panelGap) / (columnWidth + panelGap))));
  const markup: Markup[] = [];
  let y = 0;
  for (let first = 0; first < drawn.length; first += columns) {
    const row = drawn.slice(first, first + columns);
    row.forEach((panel, column) => markup.push(group(column * (columnWidth + panelGap), y, panel.markup)));
    y += Math.max(...row.map((panel) => panel.height)) + panelGap;
  }
  const matricesWidth = columns * (columnWidth + panelGap) - panelGap;
  const firstTop = drawn[0]?.top ?? 0;
  markup.push(group(matricesWidth + panelGap, firstTop, colorBar(Math.max(side, 90))));
  return frame(
    spec,
    {
      width: matricesWidth + panelGap + barWidth + 62,
      height: Math.max(y - panelGap, firstTop + Math.max(side, 90)),
      markup,
    },
    `Confusion matrix of ${classes} classes${several ? ` for ${spec.matrices.length} models` : ''}; rows are true classes, columns are predicted classes.`,
  );
}

function colorBar(height: number): Markup {
  const steps = 50;
  return group(
    0,
    0,
    Array.from({ length: steps }, (_, i) =>
      element('rect', {
        y: (i * height) / steps,
        width: barWidth,
        height: height / steps + 0.5,
        fill: shareColor(1 - (i + 0.5) / steps),
      }),
    ),
    element('rect', { width: barWidth, height, fill: 'none', stroke: rule }),
    [0, 0.25, 0.5, 0.75, 1].map((share) =>
      label(formatShare(share, 0), barWidth + 6, middle((1 - share) * height, lettering.small), lettering.small, {
        fill: muted,
      }),
    ),
    label('% of true class', 0, -9, lettering.small, { fill: muted, 'text-anchor': 'start' }),
  );
}

function check(spec: ConfusionSpec): void {
  const classes = spec.labels.length;
  if (classes === 0) throw new EmptyFigureError(figure, 'labels', 'name at least one class');
  if (spec.matrices.length === 0) throw new EmptyFigureError(figure, 'matrices', 'give at least one matrix of counts');
  spec.matrices.forEach(({ counts }, m) => {
    if (counts.length !== classes * classes) {
      throw new ShapeMismatchError(
        figure,
        `matrices[${m}].counts`,
        counts.length,
        classes * classes,
        `${classes} classes squared`,
      );
    }
    let total = 0;
    for (let i = 0; i < counts.length; i++) {
      const count = counts[i] ?? NaN;
      if (!Number.isInteger(count) || count < 0) {
        throw new BadValueError(
          figure,
          `matrices[${m}].counts[${i}]`,
          count,
          'give counts, which are whole numbers from 0, not shares: the figure computes the shares',
        );
      }
      total += count;
    }
    if (total === 0) throw new EmptyFigureError(figure, `matrices[${m}].counts`, 'give at least one count above 0');
  });
}

function sum(length: number, value: (i: number) => number): number {
  let total = 0;
  for (let i = 0; i < length; i++) total += value(i);
  return total;
}
