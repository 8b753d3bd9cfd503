import { element } from './markup.js';
import type { Markup } from './markup.js';
import { hairline, muted, rule } from './palette.js';
import { group, label, lettering, middle } from './theme.js';

/** The part of a d3 scale that an axis needs. */
export interface AxisScale {
  (value: number): number;
  ticks(count?: number): number[];
  tickFormat(count?: number, specifier?: string): (value: number) => string;
}

/** A position on an axis and its label. */
export interface AxisTick {
  value: number;
  label: string;
}

interface AxisOptions {
  title?: string;
  /** About how many ticks; d3 picks round values. */
  count: number;
  /** d3 format of the ticks; default: as many digits as their spacing needs. */
  format?: string | undefined;
  /** Custom ticks, drawn instead of round values. */
  ticks?: readonly AxisTick[] | undefined;
  /** Length of the grid lines, drawn from the axis across the plot; 0 for none. */
  grid: number;
}

/** Returns the height in pixels that `bottomAxis` needs below the plot, with or without a title. */
export const bottomAxisHeight = (titled: boolean): number => (titled ? 42 : 22);

/** Draws an axis along the bottom of a plot `width` pixels wide; the origin is the plot's bottom left. */
export function bottomAxis(scale: AxisScale, width: number, options: AxisOptions): Markup {
  const format = scale.tickFormat(options.count, options.format);
  const ticks = options.ticks ?? scale.ticks(options.count).map((value) => ({ value, label: format(value) }));
  return group(
    0,
    0,
    ticks.map((tick) => {
      const x = scale(tick.value);
      return group(
        x,
        0,
        options.grid > 0 ? element('line', { y2: -options.grid, stroke: hairline }) : undefined,
        element('line', { y2: 4, stroke: rule }),
        label(tick.label, 0, 16, lettering.small, { 'text-anchor': 'middle', fill: muted }),
      );
    }),
    element('line', { x2: width, stroke: rule }),
    options.title ? label(options.title, width / 2, 36, lettering.label, { 'text-anchor': 'middle' }) : undefined,
  );
}

/**
 * Draws an axis along the left of a plot `height` pixels high. The origin is the plot's top left; `gutter` is the free
 * width to its left.
 */
export function leftAxis(scale: AxisScale, height: number, gutter: number, options: AxisOptions): Markup {
  const format = scale.tickFormat(options.count, options.format);
  return group(
    0,
    0,
    scale
      .ticks(options.count)
      .map((tick) =>
        group(
          0,
          scale(tick),
          options.grid > 0 ? element('line', { x2: options.grid, stroke: hairline }) : undefined,
          label(format(tick), -7, middle(0, lettering.small), lettering.small, { 'text-anchor': 'end', fill: muted }),
        ),
      ),
    element('line', { y2: height, stroke: rule }),
    options.title
      ? label(options.title, -height / 2, -gutter + lettering.label.size, lettering.label, {
          'text-anchor': 'middle',
          transform: 'rotate(-90)',
        })
      : undefined,
  );
}
