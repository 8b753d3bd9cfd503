import { checkOptions, type OptionNames } from '@geneformer-ts/core';
import { BadValueError, EmptyFigureError, UnknownNameError } from '../errors.js';
import { figureTextNames, frame } from '../drawing/figure-frame.js';
import type { FigureText } from '../drawing/figure-frame.js';
import { dotLine, intervalMark, intervalPanel, rowHeight } from './interval-panel.js';
import type { IntervalMarks } from './interval-panel.js';
import { legend } from '../drawing/legend.js';
import type { LegendItem } from '../drawing/legend.js';
import { element } from '../drawing/markup.js';
import type { Markup } from '../drawing/markup.js';
import { categoryColor, hairline, muted, paper, rule } from '../drawing/palette.js';
import { group, labelLines, lettering, linesHeight, pageWidth } from '../drawing/theme.js';
import { widest, wrap } from '../drawing/words.js';

export interface Estimate {
  model: string;
  group: string;
  /** Point estimate; NaN is shown as "not defined". */
  mean: number;
  interval?: readonly [number, number];
  /** Single values behind the mean (one per fold), drawn as small ticks. */
  folds?: readonly number[];
}

/** A published value on other data, drawn separately from the measured values. */
export interface PublishedMark {
  model: string;
  group: string;
  value: number;
  source: string;
}

export interface IntervalSpec extends FigureText {
  /** Rows, top to bottom. Their order sets the colors, so use the same order in every figure of a study. */
  models: readonly string[];
  /** Panels, side by side: metrics or conditions. `domain` fixes the axis; default: fitted to the data. */
  groups: readonly { name: string; domain?: readonly [number, number] }[];
  estimates: readonly Estimate[];
  published?: readonly PublishedMark[];
  /**
   * Models whose estimates do not widen the axes, such as the majority class. Outside the axis they are shown as an
   * arrow at the edge, with their value.
   */
  floors?: readonly string[];
  /** "dots" (default) fits the axes to the data; "bars" draws bars on axes that start at zero. */
  marks?: IntervalMarks;
  /** Name of the intervals; default "95% confidence interval". */
  intervalName?: string;
}

const known: OptionNames<IntervalSpec> = {
  models: true,
  groups: true,
  estimates: true,
  published: true,
  floors: true,
  marks: true,
  intervalName: true,
  ...figureTextNames,
};

const figure = 'intervalFigure';
const panelGap = 36;
const longestName = 175;
const widestRow = 4;
const narrowestKey = 420;

/**
 * Draws models × groups as SVG: each estimate with its interval and its value above, and published values as hollow
 * diamonds on separate lines.
 *
 * The default is dots instead of bars: scores near 1 are only distinguishable on an axis that does not start at zero,
 * and there the length of a bar misleads (Cleveland & McGill, J. Am. Stat. Assoc. 79:531, 1984).
 *
 * @throws EmptyFigureError without models, groups or estimates; UnknownNameError when an estimate or mark names another
 *   model or group; BadValueError on an interval that is not [low, high], an infinite value or a second estimate for
 *   the same place
 */
export function intervalFigure(spec: IntervalSpec): string {
  checkOptions('intervalFigure', spec, known);
  check(spec);
  const published = spec.published ?? [];
  const names = spec.models.map((model) => wrap(model, longestName, lettering.label, 2));
  const nameWidth = widest(names.flat(), lettering.label) + 14;
  const columns = Math.min(spec.groups.length, widestRow);
  const width = Math.min(300, (pageWidth - nameWidth - (columns - 1) * panelGap) / columns);
  const heights = spec.models.map((model) => {
    const marks = spec.groups.map(
      (one) => published.filter((mark) => mark.model === model && mark.group === one.name).length,
    );
    return rowHeight(Math.max(...marks));
  });

  const markup: Markup[] = [];
  let y = 0;
  for (let first = 0; first < spec.groups.length; first += columns) {
    const row = spec.groups.slice(first, first + columns);
    const titles = row.map((one) => wrap(one.name, width, lettering.panel));
    const top = Math.max(...titles.map((lines) => linesHeight(lines.length, lettering.panel))) + 6;
    markup.push(
      group(0, y + top, modelNames(names, heights, nameWidth, nameWidth + row.length * (width + panelGap) - panelGap)),
    );
    let height = 0;
    row.forEach((one, column) => {
      const panel = intervalPanel({
        width,
        heights,
        marks: spec.marks ?? 'dots',
        ...(one.domain ? { domain: one.domain } : {}),
        rows: spec.models.map((model, i) => ({
          color: categoryColor(i),
          floor: spec.floors?.includes(model) ?? false,
          estimate: spec.estimates.find((estimate) => estimate.model === model && estimate.group === one.name),
          published: published.filter((mark) => mark.model === model && mark.group === one.name),
        })),
      });
      const x = nameWidth + column * (width + panelGap);
      markup.push(panelTitle(titles[column] ?? [], x, y + top), group(x, y + top, panel.markup));
      height = Math.max(height, panel.height);
    });
    y += top + height + 14;
  }
  const used = Math.max(nameWidth + columns * (width + panelGap) - panelGap, narrowestKey);
  const key = legend(keyItems(spec), used, 1);
  markup.push(group(0, y, key.markup));
  return frame(
    spec,
    { width: used, height: y + key.height, markup },
    `${spec.groups.map((one) => one.name).join(', ')} of ${spec.models.join(', ')}, with ${intervalName(spec)}s${published.length ? ' and published values for comparison' : ''}.`,
  );
}

function intervalName(spec: IntervalSpec): string {
  return spec.intervalName ?? '95% confidence interval';
}

/** Draws a panel's name with its last line just above the panel, also when neighboring names have more lines. */
function panelTitle(lines: readonly string[], x: number, bottom: number): Markup {
  return group(
    x,
    bottom - 6 - linesHeight(lines.length, lettering.panel),
    labelLines(lines, 0, lettering.panel.size, lettering.panel),
  );
}

function modelNames(names: readonly string[][], heights: readonly number[], nameWidth: number, width: number): Markup {
  let y = 0;
  const rows = names.map((lines, i) => {
    const height = heights[i] ?? 0;
    const block = linesHeight(lines.length, lettering.label);
    const row = group(
      0,
      y,
      i > 0 ? element('line', { x2: width, stroke: hairline }) : undefined,
      labelLines(lines, nameWidth - 14, dotLine - block / 2 + lettering.label.size * 1.1, lettering.label, {
        'text-anchor': 'end',
      }),
    );
    y += height;
    return row;
  });
  return group(0, 0, rows);
}

function keyItems(spec: IntervalSpec): LegendItem[] {
  const items: LegendItem[] = [];
  const estimates = spec.estimates.filter((estimate) => Number.isFinite(estimate.mean));
  const bars = spec.marks === 'bars';
  const bar = element('rect', { x: -11, y: -5, width: 18, height: 10, fill: rule });
  const withInterval = estimates.some((estimate) => estimate.interval);
  if (estimates.length > 0) {
    items.push({
      label: withInterval ? `measured here, with ${intervalName(spec)}` : 'measured here',
      sample: [
        ...(bars ? [bar] : []),
        ...intervalMark(withInterval ? [bars ? 3 : -10, bars ? 11 : 10] : undefined, 0, 0, bars ? undefined : muted),
      ],
    });
  }
  if (estimates.some((estimate) => estimate.folds?.length)) {
    items.push({
      label: 'single folds',
      sample: element('line', { y1: -4, y2: 4, stroke: muted, 'stroke-opacity': 0.6 }),
    });
  }
  const sources = [...new Set((spec.published ?? []).map((mark) => mark.source))];
  if (sources.length > 0) {
    items.push({
      label: `published, on other data, not measured here: ${sources.join('; ')}`,
      sample: element('path', { d: 'M0 -4.5L4.5 0L0 4.5L-4.5 0Z', fill: paper, stroke: muted, 'stroke-width': 1.4 }),
    });
  }
  return items;
}

function check(spec: IntervalSpec): void {
  if (spec.models.length === 0) throw new EmptyFigureError(figure, 'models', 'name at least one model');
  if (spec.groups.length === 0) throw new EmptyFigureError(figure, 'groups', 'name at least one metric or condition');
  if (spec.estimates.length + (spec.published?.length ?? 0) === 0) {
    throw new EmptyFigureError(figure, 'estimates', 'give at least one estimate');
  }
  const groups = spec.groups.map((one) => one.name);
  (spec.floors ?? []).forEach((model, i) => {
    if (!spec.models.includes(model)) throw new UnknownNameError(figure, `floors[${i}]`, model, spec.models);
  });
  const seen = new Set<string>();
  const place = (field: string, { model, group }: { model: string; group: string }): void => {
    if (!spec.models.includes(model)) throw new UnknownNameError(figure, `${field}.model`, model, spec.models);
    if (!groups.includes(group)) throw new UnknownNameError(figure, `${field}.group`, group, groups);
  };
  spec.estimates.forEach((estimate, i) => {
    const field = `estimates[${i}]`;
    place(field, estimate);
    const key = JSON.stringify([estimate.model, estimate.group]);
    if (seen.has(key))
      throw new BadValueError(figure, field, `a second value for ${key}`, 'give one estimate per model and group');
    seen.add(key);
    if (Math.abs(estimate.mean) === Infinity)
      throw new BadValueError(
        figure,
        `${field}.mean`,
        estimate.mean,
        'give a number, or NaN where the score is not defined',
      );
    const [low, high] = estimate.interval ?? [0, 0];
    if (!(low <= high) && !(Number.isNaN(low) && Number.isNaN(high))) {
      throw new BadValueError(figure, `${field}.interval`, `[${low}, ${high}]`, 'give [low, high], or leave it out');
    }
  });
  (spec.published ?? []).forEach((mark, i) => {
    place(`published[${i}]`, mark);
    if (!Number.isFinite(mark.value))
      throw new BadValueError(figure, `published[${i}].value`, mark.value, 'give the published number');
  });
}
