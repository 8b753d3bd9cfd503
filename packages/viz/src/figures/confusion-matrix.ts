import { element } from '../drawing/markup.js';
import type { Markup } from '../drawing/markup.js';
import { formatCount, formatShare } from '../drawing/numbers.js';
import { faint, hairline, inkOn, paper, rule, shareColor } from '../drawing/palette.js';
import { group, label, lettering, middle } from '../drawing/theme.js';
import { widthOf } from '../drawing/words.js';

/** Draws the squares of a confusion matrix with their texts; the origin is the top left. */
export function confusionMatrix(counts: ArrayLike<number>, rowTotals: readonly number[], cell: number): Markup {
  const classes = rowTotals.length;
  const cells: Markup[] = [];
  for (let row = 0; row < classes; row++) {
    for (let column = 0; column < classes; column++) {
      cells.push(
        group(column * cell, row * cell, square(counts[row * classes + column] ?? 0, rowTotals[row] ?? 0, cell)),
      );
    }
  }
  return group(
    0,
    0,
    cells,
    element('rect', { width: classes * cell, height: classes * cell, fill: 'none', stroke: rule }),
  );
}

function square(count: number, rowTotal: number, cell: number): Markup[] {
  if (rowTotal === 0) {
    // A class without rows has no shares, so its squares have no color.
    return [
      element('rect', { width: cell, height: cell, fill: hairline, stroke: paper }),
      label('–', cell / 2, middle(cell / 2, lettering.small), lettering.small, {
        'text-anchor': 'middle',
        fill: faint,
      }),
    ];
  }
  const share = count / rowTotal;
  const fill = shareColor(share);
  const background = element('rect', { width: cell, height: cell, fill, stroke: paper });
  return [background, ...figures(count, share, cell, inkOn(fill))];
}

function figures(count: number, share: number, cell: number, fill: string): Markup[] {
  const centered = { 'text-anchor': 'middle', fill };
  const large = { size: Math.min(14, Math.max(9, cell * 0.24)) };
  if (count === 0) {
    // Zeros are faint, and absent in small squares, so that nonzero counts stand out.
    return cell < 40
      ? []
      : [label('0', cell / 2, middle(cell / 2, large), { size: large.size * 0.9 }, { ...centered, fill: faint })];
  }
  if (cell < 40) {
    return [label(formatShare(share, 0).replace('%', ''), cell / 2, middle(cell / 2, large), large, centered)];
  }
  const small = { size: Math.min(10.5, large.size * 0.85) };
  const percent = [formatShare(share), formatShare(share, 0)].find((text) => widthOf(text, large) <= cell - 6) ?? '';
  const number = widthOf(formatCount(count), small) <= cell - 4 ? formatCount(count) : '';
  return [
    label(percent, cell / 2, cell / 2 - 1, large, centered),
    label(number, cell / 2, cell / 2 + small.size + 3, small, centered),
  ];
}
