import { checkOptions, type OptionNames } from '@geneformer-ts/core';
import { area, line, scaleLinear, scaleLog } from 'd3';
import { bottomAxis, bottomAxisHeight, leftAxis } from '../drawing/axis.js';
import type { AxisScale, AxisTick } from '../drawing/axis.js';
import { dodge } from './dodge.js';
import { BadValueError, EmptyFigureError, ShapeMismatchError } from '../errors.js';
import { figureTextNames, frame } from '../drawing/figure-frame.js';
import type { FigureText } from '../drawing/figure-frame.js';
import { element } from '../drawing/markup.js';
import type { Markup } from '../drawing/markup.js';
import { categoryColor, faint, muted } from '../drawing/palette.js';
import { dashes, group, labelLines, lettering, lineHeight, linesHeight, middle } from '../drawing/theme.js';
import { widest, wrap } from '../drawing/words.js';

export interface LineSeries {
  name: string;
  x: ArrayLike<number>;
  /** NaN leaves a gap. */
  y: ArrayLike<number>;
  lower?: ArrayLike<number>;
  upper?: ArrayLike<number>;
  /**
   * Index of its color and dash; default: its position. Use the same index for the same series in every figure of a
   * study.
   */
  place?: number;
}

export interface LineSpec extends FigureText {
  series: readonly LineSeries[];
  /**
   * `format` is a d3-format of the ticks, such as ".0%"; `ticks` replace round values, for example with the measured
   * values.
   */
  x: { title: string; log?: boolean; format?: string; ticks?: readonly AxisTick[] };
  y: { title: string; log?: boolean; format?: string; domain?: readonly [number, number] };
  /** Horizontal reference lines, such as chance or the loss of a detection-rate predictor. */
  references?: readonly { name: string; value: number }[];
}

const known: OptionNames<LineSpec> = { series: true, x: true, y: true, references: true, ...figureTextNames };

const figure = 'lineFigure';
const plotWidth = 520;
const shortest = 300;
const longestName = 170;
const style = lettering.label;

/**
 * Draws lines as SVG with direct labels at their ends, optional bands and reference lines: losses during training, or
 * scores against the share of labels or the sequencing depth.
 *
 * @throws EmptyFigureError without series or without a single finite value; ShapeMismatchError when lengths differ;
 *   BadValueError on an x that is not finite, or on a value ≤ 0 with a logarithmic axis
 */
export function lineFigure(spec: LineSpec): string {
  checkOptions('lineFigure', spec, known);
  check(spec);
  const references = spec.references ?? [];
  const names = [...spec.series, ...references].map((one) => wrap(one.name, longestName, style, 2));
  const sizes = names.map((lines) => linesHeight(lines.length, style) + 3);
  const height = Math.max(
    shortest,
    sizes.reduce((sum, size) => sum + size, 0),
  );

  const xs = spec.series.flatMap((one) => Array.from(one.x));
  const ys = [
    ...spec.series.flatMap((one) => [one.y, one.lower ?? [], one.upper ?? []].flatMap((values) => Array.from(values))),
    ...references.map((one) => one.value),
  ];
  const x = makeScale(xs, spec.x.log ?? false, [0, plotWidth], false);
  const y = makeScale([...ys, ...(spec.y.domain ?? [])], spec.y.log ?? false, [height, 0], !spec.y.domain);

  const yFormat = tickFormat(spec.y);
  const ticks = y.ticks(6).map(y.tickFormat(6, yFormat));
  const gutter = widest(ticks, lettering.small) + 12 + style.size * 2;
  const ends = [...spec.series.map((one) => y(lastFinite(one.y))), ...references.map((one) => y(one.value))];
  const centers = dodge(ends, sizes, -6, height + 6);
  const nameWidth = widest(names.flat(), style);

  const markup = group(
    gutter,
    6,
    leftAxis(y, height, gutter, { title: spec.y.title, count: 6, grid: plotWidth, format: yFormat }),
    group(
      0,
      height,
      bottomAxis(x, plotWidth, {
        title: spec.x.title,
        count: 6,
        grid: 0,
        format: tickFormat(spec.x),
        ticks: spec.x.ticks,
      }),
    ),
    references.map((one) =>
      element('line', { y1: y(one.value), y2: y(one.value), x2: plotWidth, stroke: faint, 'stroke-dasharray': '2 3' }),
    ),
    spec.series.flatMap((one, i) => drawSeries(one, i, x, y)),
    names.map((lines, i) => {
      const series = spec.series[i];
      const from = series ? x(lastX(series)) : plotWidth;
      const color = series ? categoryColor(series.place ?? i) : faint;
      return endLabel(lines, from, ends[i] ?? 0, centers[i] ?? 0, color);
    }),
  );
  return frame(
    spec,
    { width: gutter + plotWidth + 30 + nameWidth, height: height + 6 + bottomAxisHeight(true), markup },
    `Lines of ${spec.y.title} against ${spec.x.title}: ${spec.series.map((one) => one.name).join(', ')}.`,
  );
}

/** Returns the tick format. Logarithmic axes would otherwise get SI prefixes: "10m" for a hundredth. */
function tickFormat(axis: { log?: boolean; format?: string }): string | undefined {
  return axis.format ?? (axis.log ? ',.9~g' : undefined);
}

function drawSeries(series: LineSeries, index: number, x: AxisScale, y: AxisScale): Markup[] {
  const place = series.place ?? index;
  const color = categoryColor(place);
  const at = Array.from(series.y, (_, k) => k);
  const has = (values: ArrayLike<number>) => (k: number) => Number.isFinite(values[k]);
  const marks: Markup[] = [];
  const { lower, upper } = series;
  if (lower && upper) {
    const band = area<number>()
      .digits(2)
      .defined((k) => has(lower)(k) && has(upper)(k))
      .x((k) => x(series.x[k] ?? 0))
      .y0((k) => y(lower[k] ?? 0))
      .y1((k) => y(upper[k] ?? 0));
    marks.push(element('path', { d: band(at) ?? '', fill: color, 'fill-opacity': 0.14 }));
  }
  const path = line<number>()
    .digits(2)
    .defined(has(series.y))
    .x((k) => x(series.x[k] ?? 0))
    .y((k) => y(series.y[k] ?? 0));
  marks.push(
    element('path', {
      d: path(at) ?? '',
      fill: 'none',
      stroke: color,
      'stroke-width': 1.8,
      'stroke-linejoin': 'round',
      'stroke-linecap': 'round',
      'stroke-dasharray': dashes[place % dashes.length],
    }),
  );
  // Lines with few points show each measurement as a dot. A point between two gaps has no line, so it needs a dot too.
  const shown = at.filter(has(series.y));
  const alone = (k: number): boolean => !has(series.y)(k - 1) && !has(series.y)(k + 1);
  marks.push(
    ...shown
      .filter((k) => shown.length <= 20 || alone(k))
      .map((k) => element('circle', { cx: x(series.x[k] ?? 0), cy: y(series.y[k] ?? 0), r: 3, fill: color })),
  );
  return marks;
}

/** Draws a name beside the plot, joined by a thin line to the end of its series. */
function endLabel(lines: readonly string[], x: number, y: number, center: number, color: string): Markup {
  const top = center - linesHeight(lines.length, style) / 2;
  const elbow = plotWidth + 10;
  return group(
    0,
    0,
    element('path', {
      d: `M${x.toFixed(2)} ${y.toFixed(2)}L${elbow} ${y.toFixed(2)}L${elbow + 12} ${center.toFixed(2)}`,
      fill: 'none',
      stroke: color,
      'stroke-width': 0.8,
      'stroke-opacity': 0.8,
    }),
    labelLines(
      lines,
      plotWidth + 26,
      lines.length === 1 ? middle(center, style) : top + style.size * (1 + (lineHeight - 1) / 2),
      style,
      color === faint ? { fill: muted } : {},
    ),
  );
}

function makeScale(values: readonly number[], log: boolean, range: [number, number], nice: boolean): AxisScale {
  const finite = values.filter((value) => Number.isFinite(value));
  let low = Infinity;
  let high = -Infinity;
  for (const value of finite) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low === high) [low, high] = log ? [low / 2, high * 2] : [low - 0.5, high + 0.5];
  const scale = log ? scaleLog([low, high], range) : scaleLinear([low, high], range);
  return nice ? scale.nice() : scale;
}

function lastIndex(values: ArrayLike<number>): number {
  for (let i = values.length - 1; i >= 0; i--) if (Number.isFinite(values[i])) return i;
  return 0;
}

function lastFinite(values: ArrayLike<number>): number {
  return values[lastIndex(values)] ?? 0;
}

function lastX(series: LineSeries): number {
  return series.x[lastIndex(series.y)] ?? 0;
}

function check(spec: LineSpec): void {
  if (spec.series.length === 0) throw new EmptyFigureError(figure, 'series', 'give at least one line');
  spec.series.forEach((series, i) => {
    const field = `series[${i}]`;
    for (const name of ['y', 'lower', 'upper'] as const) {
      const values = series[name];
      if (values && values.length !== series.x.length)
        throw new ShapeMismatchError(figure, `${field}.${name}`, values.length, series.x.length, 'one per x');
      for (let k = 0; values && k < values.length; k++) {
        const value = values[k] ?? NaN;
        if (Math.abs(value) === Infinity || (spec.y.log && value <= 0))
          throw new BadValueError(
            figure,
            `${field}.${name}[${k}]`,
            value,
            spec.y.log ? 'a logarithmic axis needs values above 0' : 'give a number, or NaN for a gap',
          );
      }
    }
    for (let k = 0; k < series.x.length; k++) {
      const value = series.x[k] ?? NaN;
      if (!Number.isFinite(value) || (spec.x.log && value <= 0))
        throw new BadValueError(
          figure,
          `${field}.x[${k}]`,
          value,
          spec.x.log ? 'a logarithmic axis needs values above 0' : 'give finite numbers',
        );
    }
    if (!Array.from(series.y).some((value) => Number.isFinite(value)))
      throw new EmptyFigureError(figure, `${field}.y`, 'give at least one finite value');
  });
  (spec.references ?? []).forEach((one, i) => {
    if (!Number.isFinite(one.value) || (spec.y.log && one.value <= 0))
      throw new BadValueError(
        figure,
        `references[${i}].value`,
        one.value,
        'give a finite number that the axis can show',
      );
  });
}
