import type { Markup } from './markup.js';
import { muted } from './palette.js';
import { group, label, labelLines, lettering, linesHeight } from './theme.js';
import { widest, widthOf, wrap } from './words.js';

export interface LegendItem {
  label: string;
  /** Shown in gray after the label, such as a count. */
  detail?: string;
  /** Shown in gray on a separate line below the label, such as an area under a curve. */
  below?: string;
  /** Draws the sample, centered on the origin within 22 × 12 pixels. */
  sample: Markup | readonly Markup[];
}

interface Legend {
  width: number;
  height: number;
  markup: Markup;
}

const sampleWidth = 22;
const textStart = sampleWidth + 6;
const columnGap = 18;
const rowGap = 3;

/**
 * Lays out entries in as many equal columns as fit into `width`, filled downward. Wraps labels that are too long for
 * one line. The origin is the top left.
 */
export function legend(items: readonly LegendItem[], width: number, maxColumns = Infinity): Legend {
  const style = lettering.small;
  const entries = items.map((item) => {
    const detailWidth = item.detail ? widthOf(` ${item.detail}`, style) + 4 : 0;
    const lines = wrap(item.label, Math.max(40, width - textStart - detailWidth), style, 4);
    const last = lines[lines.length - 1] ?? '';
    return {
      item,
      lines,
      detailStart: textStart + widthOf(`${last} `, style) + 4,
      width:
        textStart +
        Math.max(widest(lines, style), widthOf(last, style) + detailWidth, widthOf(item.below ?? '', style)),
      height: linesHeight(lines.length + (item.below ? 1 : 0), style) + (item.below ? 2 * rowGap : rowGap),
    };
  });
  const columnWidth = entries.reduce((most, entry) => Math.max(most, entry.width), 0);
  const columns = Math.max(
    1,
    Math.min(maxColumns, entries.length, Math.floor((width + columnGap) / (columnWidth + columnGap))),
  );
  const rows = Math.ceil(entries.length / columns);
  const rowHeights = Array.from({ length: rows }, (_, row) =>
    Math.max(...entries.filter((_, i) => i % rows === row).map((entry) => entry.height)),
  );
  const rowTops = rowHeights.map((_, row) => rowHeights.slice(0, row).reduce((sum, height) => sum + height, 0));
  const markup = group(
    0,
    0,
    entries.map((entry, i) => {
      const baseline = style.size;
      return group(
        Math.floor(i / rows) * (columnWidth + columnGap),
        rowTops[i % rows] ?? 0,
        group(sampleWidth / 2, baseline - style.size * 0.355, entry.item.sample),
        labelLines(entry.lines, textStart, baseline, style),
        entry.item.below
          ? label(entry.item.below, textStart, baseline + linesHeight(entry.lines.length, style), style, {
              fill: muted,
            })
          : undefined,
        entry.item.detail
          ? label(entry.item.detail, entry.detailStart, baseline + linesHeight(entry.lines.length - 1, style), style, {
              fill: muted,
            })
          : undefined,
      );
    }),
  );
  const used = Math.ceil(entries.length / rows);
  return {
    width: used * columnWidth + (used - 1) * columnGap,
    height: rowHeights.reduce((sum, height) => sum + height, 0),
    markup,
  };
}
