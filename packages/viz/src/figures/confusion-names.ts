import type { Markup } from '../drawing/markup.js';
import { formatCount } from '../drawing/numbers.js';
import { muted } from '../drawing/palette.js';
import { group, label, labelLines, lettering, linesHeight, middle } from '../drawing/theme.js';
import { shorten, widest, widthOf, wrap } from '../drawing/words.js';

interface ConfusionNames {
  /** Space in pixels needed to the left of the matrix and below it. */
  left: number;
  bottom: number;
  /** Relative to the matrix' top left. */
  markup: Markup;
}

const name = lettering.label;
const number = lettering.small;
const longest = 150;
const axisTitle = 20;

/**
 * Draws class names and counts along both sides of a confusion matrix: true n on the rows, predicted n on the columns.
 */
export function confusionNames(
  labels: readonly string[],
  rowTotals: readonly number[],
  columnTotals: readonly number[],
  cell: number,
): ConfusionNames {
  const side = cell * labels.length;
  const rows = rowNames(labels, rowTotals, cell);
  const columns = columnNames(labels, columnTotals, cell);
  // Slanted names of the first columns extend beyond the left edge of the matrix.
  const left = Math.max(rows.width, columns.overhang) + axisTitle + 6;
  return {
    left,
    bottom: columns.height + axisTitle + 4,
    markup: group(
      0,
      0,
      rows.markup,
      columns.markup,
      label('True class', -side / 2, -left + name.size, name, { 'text-anchor': 'middle', transform: 'rotate(-90)' }),
      label('Predicted class', side / 2, side + columns.height + axisTitle, name, { 'text-anchor': 'middle' }),
    ),
  };
}

function rowNames(
  labels: readonly string[],
  totals: readonly number[],
  cell: number,
): { width: number; markup: Markup[] } {
  const counts = totals.map((n) => `n = ${formatCount(n)}`);
  if (cell < 44) {
    const rows = labels.map((text, i) => ({ text: shorten(text, longest, name), count: counts[i] ?? '' }));
    const countWidth = widest(counts, number);
    return {
      width:
        widest(
          rows.map((row) => row.text),
          name,
        ) +
        countWidth +
        16,
      markup: rows.flatMap(({ text, count }, i) => [
        label(text, -countWidth - 16, middle((i + 0.5) * cell, name), name, { 'text-anchor': 'end' }),
        label(count, -8, middle((i + 0.5) * cell, name), number, { 'text-anchor': 'end', fill: muted }),
      ]),
    };
  }
  const rows = labels.map((text) => wrap(text, longest, name, cell >= 56 ? 2 : 1));
  return {
    width: Math.max(widest(rows.flat(), name), widest(counts, number)) + 8,
    markup: rows.flatMap((lines, i) => {
      const height = linesHeight(lines.length, name) + number.size;
      const top = (i + 0.5) * cell - height / 2;
      return [
        ...labelLines(lines, -8, top + name.size, name, { 'text-anchor': 'end' }),
        label(counts[i] ?? '', -8, top + height, number, { 'text-anchor': 'end', fill: muted }),
      ];
    }),
  };
}

function columnNames(
  labels: readonly string[],
  totals: readonly number[],
  cell: number,
): { height: number; overhang: number; markup: Markup[] } {
  const side = cell * labels.length;
  const counts = totals.map((n) => `n = ${formatCount(n)}`);
  const upright = labels.map((text) => wrap(text, cell - 6, name));
  const intact = upright.every(
    (lines, i) => lines.length <= 2 && lines.join('').length === labels[i]?.replace(/\s/g, '').length,
  );
  const whole = labels.every((text) => text.split(/\s+|(?<=[-_/])/).every((word) => widthOf(word, name) <= cell - 6));
  if (intact && whole && widest(counts, number) <= cell - 4) {
    const deepest = Math.max(...upright.map((lines) => lines.length));
    const height = linesHeight(deepest, name) + number.size + 8;
    return {
      height,
      overhang: 0,
      markup: upright.flatMap((lines, i) => [
        ...labelLines(lines, (i + 0.5) * cell, side + 6 + name.size, name, { 'text-anchor': 'middle' }),
        label(counts[i] ?? '', (i + 0.5) * cell, side + 4 + linesHeight(lines.length, name) + number.size, number, {
          'text-anchor': 'middle',
          fill: muted,
        }),
      ]),
    };
  }
  const slanted = labels.map((text, i) => ({ text: shorten(text, longest, name), count: counts[i] ?? '' }));
  const length = (entry: { text: string; count: string }): number =>
    widthOf(entry.text, name) + 6 + widthOf(entry.count, number);
  const diagonal = Math.SQRT1_2;
  return {
    height: Math.max(...slanted.map(length)) * diagonal + 18,
    overhang: Math.max(...slanted.map((entry, i) => (length(entry) + 6) * diagonal - (i + 0.5) * cell)),
    markup: slanted.map((entry, i) =>
      group(
        (i + 0.5) * cell,
        side + 8,
        label(entry.count, 0, name.size * 0.6, number, { 'text-anchor': 'end', transform: 'rotate(-45)', fill: muted }),
        label(entry.text, -6 - widthOf(entry.count, number), name.size * 0.6, name, {
          'text-anchor': 'end',
          transform: 'rotate(-45)',
        }),
      ),
    ),
  };
}
