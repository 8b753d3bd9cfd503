import { checkOptions, type OptionNames } from '@geneformer-ts/core';
import { BadValueError, EmptyFigureError, ShapeMismatchError } from '../errors.js';
import { figureTextNames, frame } from '../drawing/figure-frame.js';
import type { FigureText } from '../drawing/figure-frame.js';
import { legend } from '../drawing/legend.js';
import { element } from '../drawing/markup.js';
import type { Markup } from '../drawing/markup.js';
import { categories, categoryColor, missing } from '../drawing/palette.js';
import { type NumberColors, numberColors } from './number-colors.js';
import { axisRoom, scatterPlot } from './scatter-plot.js';
import { group, labelLines, lettering, linesHeight, pageWidth } from '../drawing/theme.js';
import { formatCount } from '../drawing/numbers.js';
import { wrap } from '../drawing/words.js';

export interface ScatterPanel {
  title: string;
  /** One category per row; null, undefined and "" are drawn in gray and counted as "not labeled". Omit it with `numbers`. */
  values?: readonly (string | null | undefined)[];
  /** One number per row, drawn from light (low) to dark (high); NaN is gray. */
  numbers?: ArrayLike<number>;
  /**
   * Order of the categories in the legend and of their colors; default: alphabetical, with numbers in names sorted by
   * value.
   */
  order?: readonly string[];
  /** Categories that are drawn in gray below the others, and come last in the legend, such as `unknown`. Default none. */
  gray?: readonly string[];
  /**
   * Whether to write each category's name where its points are densest; default: true up to 14 categories. Use false
   * for categories that do not cluster.
   */
  labels?: boolean;
  /**
   * Layout of this panel (rows × 2, row-major), for example another embedding of the same cells; default: the figure's.
   */
  points?: ArrayLike<number>;
}

export interface ScatterSpec extends FigureText {
  /** Coordinates, rows × 2, row-major, such as the layout that UMAP returns. */
  points: ArrayLike<number>;
  panels: readonly ScatterPanel[];
  /** Names of the two axes; default `['UMAP 1', 'UMAP 2']`. */
  axes?: readonly [string, string];
}

const known: OptionNames<ScatterSpec> = { points: true, panels: true, axes: true, ...figureTextNames };

interface Category {
  name: string;
  /** Number of rows; undefined for a step of a scale. */
  count: number | undefined;
  color: string;
}

const figure = 'scatterFigure';
const unlabeled = 'not labeled';
const panelGap = 26;

/**
 * Draws a scatter plot of cells as SVG, once per panel, colored by category, with names at the clusters and counts in
 * the legend, or by a number, with a scale.
 *
 * A category has the same color in all panels (class and predicted class). Points are drawn in a fixed shuffled order,
 * so that no category hides another. Both axes have the same scale.
 *
 * @throws EmptyFigureError without panels or rows, ShapeMismatchError when lengths differ, BadValueError on a
 *   coordinate that is not finite
 */
export function scatterFigure(spec: ScatterSpec): string {
  checkOptions('scatterFigure', spec, known);
  check(spec);
  const columns = spec.panels.length === 1 ? 1 : spec.panels.length <= 4 ? 2 : 3;
  const alone = spec.panels.length === 1;
  const width = alone ? 500 : (pageWidth - (columns - 1) * panelGap) / columns;
  const side = width - axisRoom;
  const colors = assignColors(spec.panels);

  const drawn = spec.panels.map((panel) => {
    const numbers = panel.numbers && numberColors(panel.numbers);
    const values = panel.values ?? [];
    const counted = countCategories(panel, colors);
    const plot = scatterPlot({
      points: panel.points ?? spec.points,
      colors: numbers?.colors ?? values.map((value) => (value ? (colors.get(value) ?? missing) : missing)),
      side,
      axes: spec.axes ?? ['UMAP 1', 'UMAP 2'],
      names: (panel.labels ?? counted.length <= 14) ? values : [],
    });
    const items = (numbers ? numberItems(numbers) : counted).map(({ name, count, color }) => ({
      label: name,
      detail: count === undefined ? '' : formatCount(count),
      sample: element('circle', { r: 4.5, fill: color }),
    }));
    const titleLines = wrap(panel.title, side, lettering.panel);
    const top = linesHeight(titleLines.length, lettering.panel) + 6;
    const bottom = top + side + axisRoom + 8;
    const key = alone ? legend(items, pageWidth - width - panelGap, 1) : legend(items, side);
    return {
      markup: [
        group(axisRoom, 0, labelLines(titleLines, 0, lettering.panel.size, lettering.panel)),
        group(axisRoom, top, plot),
        alone ? group(width + panelGap, top, key.markup) : group(axisRoom, bottom, key.markup),
      ],
      height: alone ? top + Math.max(side + axisRoom, key.height) : bottom + key.height,
    };
  });

  const markup: Markup[] = [];
  let y = 0;
  for (let first = 0; first < drawn.length; first += columns) {
    const row = drawn.slice(first, first + columns);
    row.forEach((panel, column) => markup.push(group(column * (width + panelGap), y, panel.markup)));
    y += Math.max(...row.map((panel) => panel.height)) + panelGap;
  }
  const rows = spec.points.length / 2;
  return frame(
    spec,
    { width: pageWidth, height: y - panelGap, markup },
    `Scatter plot of ${formatCount(rows)} points, colored by ${spec.panels.map((panel) => panel.title).join('; ')}.`,
  );
}

function numberItems({ steps, missing: rows }: NumberColors): Category[] {
  const items = steps.map(({ value, color }) => ({
    name: String(Number(value.toPrecision(3))),
    count: undefined,
    color,
  }));
  return rows === 0 ? items : [...items, { name: unlabeled, count: rows, color: missing }];
}

function check(spec: ScatterSpec): void {
  const rows = spec.points.length / 2;
  if (spec.panels.length === 0) throw new EmptyFigureError(figure, 'panels', 'give at least one panel');
  if (rows === 0) throw new EmptyFigureError(figure, 'points', 'give at least one row of two coordinates');
  const layouts = [spec.points, ...spec.panels.map((panel) => panel.points ?? spec.points)];
  layouts.forEach((points, i) => {
    const field = i === 0 ? 'points' : `panels[${i - 1}].points`;
    if (points.length !== 2 * Math.floor(rows)) {
      throw new ShapeMismatchError(figure, field, points.length, 2 * Math.floor(rows), 'two coordinates per row');
    }
    for (let at = 0; at < points.length; at++) {
      if (!Number.isFinite(points[at])) {
        throw new BadValueError(
          figure,
          `${field}[${at}] (row ${at >> 1})`,
          points[at],
          'remove rows without coordinates and say so in the caption',
        );
      }
    }
  });
  spec.panels.forEach((panel, i) => {
    const field = panel.numbers ? 'numbers' : 'values';
    const { length } = panel.numbers ?? panel.values ?? [];
    if (length === rows) return;
    throw new ShapeMismatchError(figure, `panels[${i}].${field}`, length, rows, 'one value per row of points');
  });
}

function orderOf(panel: ScatterPanel): string[] {
  const present = new Set((panel.values ?? []).filter((value) => value));
  const rest = [...present].filter(
    (value) => value !== null && value !== undefined && !panel.order?.includes(value),
  ) as string[];
  const collator = new Intl.Collator('en', { numeric: true });
  const names = [...(panel.order ?? []).filter((name) => present.has(name)), ...rest.sort(collator.compare)];
  const isGray = (name: string): boolean => panel.gray?.includes(name) === true;
  return [...names.filter((name) => !isGray(name)), ...names.filter(isGray)];
}

/**
 * Returns colors by category name. New names of a panel take the next colors of the palette, so that no color has two
 * meanings. If too few colors are left, they start again with the first ones.
 */
function assignColors(panels: readonly ScatterPanel[]): Map<string, string> {
  const colors = new Map(panels.flatMap(({ gray = [] }) => gray.map((name) => [name, missing])));
  let next = 0;
  for (const panel of panels) {
    const fresh = orderOf(panel).filter((name) => !colors.has(name));
    if (next + fresh.length > categories.length) next = 0;
    for (const name of fresh) colors.set(name, categoryColor(next++));
  }
  return colors;
}

function countCategories(panel: ScatterPanel, colors: ReadonlyMap<string, string>): Category[] {
  const counts = new Map<string, number>();
  for (const value of panel.values ?? []) counts.set(value || unlabeled, (counts.get(value || unlabeled) ?? 0) + 1);
  return [...orderOf(panel), unlabeled].flatMap((name) => {
    const count = counts.get(name);
    return count === undefined ? [] : [{ name, count, color: colors.get(name) ?? missing }];
  });
}
