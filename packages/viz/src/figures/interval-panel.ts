import { interpolateRgb, scaleLinear } from 'd3';
import { bottomAxis, bottomAxisHeight } from '../drawing/axis.js';
import { element } from '../drawing/markup.js';
import type { Markup } from '../drawing/markup.js';
import { formatQuoted, formatScore } from '../drawing/numbers.js';
import { ink, muted, paper } from '../drawing/palette.js';
import { group, label, lettering, middle } from '../drawing/theme.js';
import { widthOf } from '../drawing/words.js';

export type IntervalMarks = 'dots' | 'bars';

interface IntervalRow {
  color: string;
  /** True if the row does not widen the axis. */
  floor: boolean;
  estimate?: { mean: number; interval?: readonly [number, number]; folds?: readonly number[] } | undefined;
  published: readonly { value: number }[];
}

interface IntervalPanel {
  width: number;
  heights: readonly number[];
  rows: readonly IntervalRow[];
  marks: IntervalMarks;
  domain?: readonly [number, number];
}

const style = lettering.small;
const above = 16;
const below = 13;
const lineOfMark = 14;

/** Vertical position of the dot within its row, in pixels. */
export const dotLine = above + style.size / 2;

/**
 * Returns the height of a row: one line for the value, one for the dot, and one per published mark, so that none
 * overlap.
 */
export function rowHeight(publishedMarks: number): number {
  return above + style.size + below + publishedMarks * lineOfMark;
}

/** Draws one metric (or condition) for all models; the origin is the top left of the first row. */
export function intervalPanel(panel: IntervalPanel): { height: number; markup: Markup } {
  const bottom = panel.heights.reduce((sum, height) => sum + height, 0);
  const scale = scaleLinear(extent(panel), [0, panel.width]);
  if (!panel.domain) scale.nice(4);
  const tops = panel.heights.map((_, i) => panel.heights.slice(0, i).reduce((sum, height) => sum + height, 0));
  const count = panel.width < 130 ? 3 : 4;
  return {
    height: bottom + bottomAxisHeight(false),
    markup: group(
      0,
      0,
      group(0, bottom, bottomAxis(scale, panel.width, { count, grid: bottom })),
      panel.rows.map((row, i) => group(0, tops[i] ?? 0, drawRow(row, scale, panel))),
    ),
  };
}

type Scale = (value: number) => number;

function drawRow(row: IntervalRow, scale: Scale, panel: IntervalPanel): Markup[] {
  const y = dotLine;
  const marks: Markup[] = [];
  const { estimate } = row;
  if (estimate && Number.isFinite(estimate.mean)) {
    const x = scale(estimate.mean);
    if (x < -0.01 || x > panel.width + 0.01) return [offScale(estimate.mean, x < 0, row.color, panel.width)];
    if (panel.marks === 'bars') {
      marks.push(
        element('rect', {
          x: scale(0),
          y: y - 6,
          width: Math.max(0, x - scale(0)),
          height: 12,
          fill: interpolateRgb(row.color, paper)(0.6),
        }),
      );
    }
    for (const fold of estimate.folds ?? []) {
      if (!Number.isFinite(fold)) continue;
      marks.push(
        element('line', {
          x1: scale(fold),
          x2: scale(fold),
          y1: y - 4,
          y2: y + 4,
          stroke: row.color,
          'stroke-opacity': 0.55,
        }),
      );
    }
    const [low, high] = estimate.interval ?? [NaN, NaN];
    marks.push(
      ...intervalMark(
        Number.isFinite(low) && Number.isFinite(high) ? [scale(low), scale(high)] : undefined,
        x,
        y,
        panel.marks === 'bars' ? undefined : row.color,
      ),
    );
    marks.push(value(formatScore(estimate.mean), x, y - 10, panel.width));
  } else if (estimate) {
    marks.push(
      label(formatScore(NaN), panel.width / 2, middle(y, style), style, { 'text-anchor': 'middle', fill: muted }),
    );
  }
  row.published.forEach((mark, i) =>
    marks.push(published(mark.value, scale(mark.value), y + 6 + (i + 0.5) * lineOfMark, panel.width)),
  );
  return marks;
}

/**
 * Draws a dot with its interval. On a bar it draws only the interval, dark and with caps, so that it is visible on the
 * fill.
 */
export function intervalMark(
  ends: readonly [number, number] | undefined,
  x: number,
  y: number,
  color: string | undefined,
): Markup[] {
  const stroke = color ?? ink;
  const path =
    ends &&
    (color
      ? `M${ends[0].toFixed(2)} ${y}H${ends[1].toFixed(2)}`
      : ends.map((end) => `M${end.toFixed(2)} ${y - 4}v8`).join('') +
        `M${ends[0].toFixed(2)} ${y}H${ends[1].toFixed(2)}`);
  return [
    ...(path
      ? [
          element('path', {
            d: path,
            fill: 'none',
            stroke,
            'stroke-width': color ? 2 : 1.2,
            'stroke-linecap': color ? 'round' : undefined,
          }),
        ]
      : []),
    ...(color ? [element('circle', { cx: x, cy: y, r: 3.8, fill: color, stroke: paper, 'stroke-width': 1 })] : []),
  ];
}

/** Draws an arrow at the edge of the axis toward a value outside it, and the value. */
function offScale(mean: number, left: boolean, color: string, width: number): Markup {
  const x = left ? 0 : width;
  const outward = left ? -1 : 1;
  return group(
    x,
    dotLine,
    element('path', {
      d: `M${-16 * outward} 0H${-outward}m${-5 * outward} -4l${5 * outward} 4l${-5 * outward} 4`,
      fill: 'none',
      stroke: color,
      'stroke-width': 1.8,
    }),
    label(`${formatScore(mean)}, off this axis`, -21 * outward, middle(0, style), style, {
      'text-anchor': left ? 'start' : 'end',
      fill: ink,
    }),
  );
}

/** Draws a number centered on its mark, shifted if needed to stay inside the panel. */
function value(text: string, x: number, y: number, width: number): Markup {
  const half = widthOf(text, style) / 2;
  return label(text, Math.min(Math.max(x, half), width - half), y, style, { 'text-anchor': 'middle', fill: ink });
}

function published(quoted: number, x: number, y: number, width: number): Markup {
  const text = formatQuoted(quoted);
  const fits = x + 8 + widthOf(text, style) <= width;
  return group(
    0,
    0,
    element('path', {
      d: 'M0 -4L4 0L0 4L-4 0Z',
      transform: `translate(${x.toFixed(2)} ${y.toFixed(2)})`,
      fill: paper,
      stroke: muted,
      'stroke-width': 1.4,
    }),
    label(text, fits ? x + 8 : x - 8, middle(y, style), style, { 'text-anchor': fits ? 'start' : 'end', fill: muted }),
  );
}

function extent(panel: IntervalPanel): [number, number] {
  const fitted = panel.rows.filter((row) => !row.floor);
  const values = (fitted.some(({ estimate, published }) => estimate || published.length) ? fitted : panel.rows).flatMap(
    ({ estimate, published }) => [
      ...(estimate ? [estimate.mean, ...(estimate.interval ?? []), ...(estimate.folds ?? [])] : []),
      ...published.map((mark) => mark.value),
    ],
  );
  if (panel.marks === 'bars') values.push(0);
  const finite = [...values, ...(panel.domain ?? [])].filter((one) => Number.isFinite(one));
  if (finite.length === 0) return [0, 1];
  // A fixed domain never hides a value; a single value still needs an axis.
  const low = finite.reduce((least, one) => Math.min(least, one), Infinity);
  const high = finite.reduce((most, one) => Math.max(most, one), -Infinity);
  // Scores end at 1, so the axis must not extend to 1.05.
  return low === high ? [low - 0.05, low <= 1 ? Math.min(1, low + 0.05) : low + 0.05] : [low, high];
}
