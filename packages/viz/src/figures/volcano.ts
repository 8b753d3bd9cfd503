import { checkOptions, type OptionNames } from '@geneformer-ts/core';
import { scaleLinear } from 'd3';
import { bottomAxis, bottomAxisHeight, leftAxis } from '../drawing/axis.js';
import { figureTextNames, type FigureText, frame } from '../drawing/figure-frame.js';
import { formatCount } from '../drawing/numbers.js';
import { element, type Markup } from '../drawing/markup.js';
import { categories, faint, missing, muted } from '../drawing/palette.js';
import { group, label, lettering, linesHeight, middle } from '../drawing/theme.js';
import { shorten, widest, widthOf } from '../drawing/words.js';
import { EmptyFigureError, ShapeMismatchError } from '../errors.js';

export interface VolcanoSpec extends FigureText {
  /** Name of each point, such as a gene symbol. */
  names: readonly string[];
  /** Effect of each point. */
  effects: ArrayLike<number>;
  /** p-value of each point, from 0 to 1; points without a finite effect and p-value are left out and counted. */
  pValues: ArrayLike<number>;
  /** Whether each point is significant: drawn in color, and named before the others. */
  significant: readonly boolean[];
  /** Name of the effect axis. */
  axis: string;
  /** Most points to name; default 15. */
  named?: number;
}

const known: OptionNames<VolcanoSpec> = {
  names: true,
  effects: true,
  pValues: true,
  significant: true,
  axis: true,
  named: true,
  ...figureTextNames,
};

const figure = 'volcanoFigure';
const width = 520;
const height = 360;
/** p-values below this are drawn at it. */
const LEAST_P = 1e-300;
const LONGEST_NAME = 110;
const style = lettering.small;

interface Point {
  x: number;
  y: number;
  name: string;
  significant: boolean;
}

/**
 * Draws effects against −log10 of their p-values as SVG, with the names of the most significant points where they fit.
 *
 * @throws EmptyFigureError without a finite point; ShapeMismatchError when lengths differ
 */
export function volcanoFigure(spec: VolcanoSpec): string {
  checkOptions(figure, spec, known);
  const { names, effects, pValues, significant, axis, named = 15 } = spec;
  for (const [field, values] of Object.entries({ effects, pValues, significant })) {
    if (values.length !== names.length)
      throw new ShapeMismatchError(figure, field, values.length, names.length, 'one per name');
  }
  const rows = names.map((_, row) => row).filter((row) => Number.isFinite(effects[row]) && pValues[row] >= 0);
  if (rows.length === 0) throw new EmptyFigureError(figure, 'effects', 'give at least one effect with a p-value');
  const logs = rows.map((row) => -Math.log10(Math.max(LEAST_P, pValues[row])));
  const x = scaleLinear(extent(rows.map((row) => effects[row])), [0, width]).nice();
  const y = scaleLinear([0, Math.max(1, ...logs)], [height, 0]).nice();
  const points = rows.map((row, i) => ({
    x: x(effects[row]),
    y: y(logs[i]),
    name: names[row],
    significant: significant[row],
  }));
  const first = [...points].sort((a, b) => Number(b.significant) - Number(a.significant) || a.y - b.y);
  const gutter = widest(y.ticks(6).map(y.tickFormat(6)), lettering.small) + 12 + lettering.label.size * 2;
  const count = points.filter((point) => point.significant).length;
  const counted = `${formatCount(count)} of ${formatCount(points.length)} significant`;
  const markup = group(
    gutter,
    8,
    leftAxis(y, height, gutter, { title: '−log₁₀ p', count: 6, grid: width }),
    group(0, height, bottomAxis(x, width, { title: axis, count: 6, grid: 0 })),
    element('line', { x1: x(0), x2: x(0), y2: height, stroke: faint, 'stroke-dasharray': '2 3' }),
    [false, true].map((wanted) => dots(points, wanted)),
    labels(first.slice(0, named), points),
  );
  return frame(
    { ...spec, subtitle: spec.subtitle ? `${spec.subtitle}; ${counted}` : counted },
    { width: gutter + width + 20, height: height + 8 + bottomAxisHeight(true), markup },
    `Points of ${axis} against −log10 p; ${counted}.`,
  );
}

/** Returns a range that contains 0 and all values. */
function extent(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  return low === high ? [-1, 1] : [low, high];
}

/** Draws points as one path of round dots. */
function dots(points: readonly Point[], wanted: boolean): Markup | undefined {
  const own = points.filter(({ significant }) => significant === wanted);
  if (own.length === 0) return undefined;
  const tenth = (value: number): number => Math.round(value * 10) / 10 + 0;
  return element('path', {
    d: own.map((point) => `M${tenth(point.x)} ${tenth(point.y)}h0`).join(''),
    fill: 'none',
    stroke: wanted ? categories[1] : missing,
    'stroke-width': wanted ? 5 : 3.6,
    'stroke-linecap': 'round',
    'stroke-opacity': 0.8,
  });
}

/** Half the size of the square that a name must not cover around a significant point. */
const CLEAR = 3;

/** Writes names beside their points; a name that would cover another, or a significant point, is left out. */
function labels(points: readonly Point[], all: readonly Point[]): Markup[] {
  const boxes = all
    .filter(({ significant }) => significant)
    .map(({ x, y }) => ({ left: x - CLEAR, right: x + CLEAR, top: y - CLEAR, bottom: y + CLEAR }));
  return points.flatMap(({ x, y, name }) => {
    const text = shorten(name, LONGEST_NAME, style);
    const size = widthOf(text, style);
    const isLeft = x + 8 + size > width;
    const left = isLeft ? x - 6 - size : x + 6;
    const box = { left: left - 2, right: left + size + 2, top: y - linesHeight(1, style) / 2, bottom: 0 };
    box.bottom = box.top + linesHeight(1, style);
    const isFree = boxes.every(
      (other) => box.right < other.left || box.left > other.right || box.bottom < other.top || box.top > other.bottom,
    );
    if (!isFree || box.left < 0 || box.bottom > height) return [];
    boxes.push(box);
    return [label(text, left, middle(y, style), style, { fill: muted })];
  });
}
