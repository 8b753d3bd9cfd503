import { checkOptions, type OptionNames } from '@geneformer-ts/core';
import { scaleLinear } from 'd3';
import { bottomAxis, bottomAxisHeight } from '../drawing/axis.js';
import { figureTextNames, type FigureText, frame } from '../drawing/figure-frame.js';
import { element } from '../drawing/markup.js';
import { categories, faint, hairline, rule } from '../drawing/palette.js';
import { group, label, lettering, middle } from '../drawing/theme.js';
import { shorten, widest } from '../drawing/words.js';
import { EmptyFigureError } from '../errors.js';

/** One row of `rankedEffectsFigure`. */
export interface RankedEffect {
  name: string;
  effect: number;
  /** Mean and standard deviation of comparable effects, drawn as a gray bar; NaN for none. */
  nullMean?: number;
  nullSd?: number;
  /** Whether the effect is significant: drawn in color. */
  significant?: boolean;
}

export interface RankedEffectsSpec extends FigureText {
  /** Rows, top to bottom. */
  effects: readonly RankedEffect[];
  /** Name of the effect axis. */
  axis: string;
}

const known: OptionNames<RankedEffectsSpec> = { effects: true, axis: true, ...figureTextNames };

const width = 460;
const rowHeight = 19;
const LONGEST_NAME = 150;
const style = lettering.label;

/**
 * Draws effects as one dot per row as SVG, with a bar of mean ± 2 standard deviations of comparable effects behind each.
 *
 * @throws EmptyFigureError without a finite effect
 */
export function rankedEffectsFigure(spec: RankedEffectsSpec): string {
  checkOptions('rankedEffectsFigure', spec, known);
  const rows = spec.effects.filter(({ effect }) => Number.isFinite(effect));
  if (rows.length === 0) {
    throw new EmptyFigureError('rankedEffectsFigure', 'effects', 'give at least one effect that is a number');
  }
  const bars = rows.map(({ nullMean = NaN, nullSd = NaN }) => [nullMean - 2 * nullSd, nullMean + 2 * nullSd] as const);
  const values = [0, ...rows.map(({ effect }) => effect), ...bars.flat().filter(Number.isFinite)];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = scaleLinear(low === high ? [low, low + 1] : [low, high], [0, width]).nice();
  const names = rows.map(({ name }) => shorten(name, LONGEST_NAME, style));
  const gutter = widest(names, style) + 10;
  const height = rows.length * rowHeight;
  const markup = group(
    gutter,
    4,
    group(0, height, bottomAxis(x, width, { title: spec.axis, count: 6, grid: height })),
    element('line', { x1: x(0), x2: x(0), y2: height, stroke: faint }),
    rows.map(({ effect, significant = false }, row) => {
      const y = (row + 0.5) * rowHeight;
      const [from, to] = bars[row];
      return group(
        0,
        y,
        element('line', { x2: width, stroke: hairline }),
        Number.isFinite(from)
          ? element('line', { x1: x(from), x2: x(to), stroke: rule, 'stroke-width': 9 })
          : undefined,
        element('circle', { cx: x(effect), r: 4, fill: significant ? categories[1] : categories[0] }),
        label(names[row], -8, middle(0, style), style, { 'text-anchor': 'end' }),
      );
    }),
  );
  const sorted = [...rows].sort((a, b) => b.effect - a.effect);
  return frame(
    spec,
    { width: gutter + width + 20, height: height + 4 + bottomAxisHeight(true), markup },
    `${spec.axis} of ${rows.length} rows, from ${sorted[0].name} to ${sorted[sorted.length - 1].name}.`,
  );
}
