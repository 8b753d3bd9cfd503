import { checkOptions, type OptionNames } from '@geneformer-ts/core';
import { area, line, scaleLinear } from 'd3';
import { bottomAxis, bottomAxisHeight, leftAxis } from '../drawing/axis.js';
import { BadValueError, EmptyFigureError, ShapeMismatchError } from '../errors.js';
import { figureTextNames, frame } from '../drawing/figure-frame.js';
import type { FigureText } from '../drawing/figure-frame.js';
import { legend } from '../drawing/legend.js';
import type { LegendItem } from '../drawing/legend.js';
import { element } from '../drawing/markup.js';
import type { Markup } from '../drawing/markup.js';
import { formatScore } from '../drawing/numbers.js';
import { categoryColor, faint, rule } from '../drawing/palette.js';
import { checkRoc } from './roc-average.js';
import type { RocPoints } from './roc-average.js';
import { dashes, group } from '../drawing/theme.js';

export interface RocCurve extends RocPoints {
  name: string;
  /** Band around the curve, one value per point, such as `averageRoc` returns. */
  lower?: ArrayLike<number>;
  upper?: ArrayLike<number>;
  /** Area under the curve as evaluated (not recomputed from the drawn points); NaN is shown as "not defined". */
  auc: number;
  /** Interval of the area. */
  interval?: readonly [number, number];
  /**
   * Index of its color and dash; default: its position. Use the same index for the same model in every figure of a
   * study.
   */
  place?: number;
}

export interface RocSpec extends FigureText {
  /** Curves in the order of the legend, and of the colors if they have no `place`. */
  curves: readonly RocCurve[];
  /** Name of the bands; default "± 1 s.d. across folds". */
  bandName?: string;
}

const known: OptionNames<RocSpec> = { curves: true, bandName: true, ...figureTextNames };

const figure = 'rocFigure';
const side = 380;
const gutter = 46;
const keyWidth = 250;

/**
 * Draws ROC curves as SVG with their bands, areas in the legend and the chance diagonal. Curves differ in dash as well
 * as in color.
 *
 * @throws EmptyFigureError without curves; ShapeMismatchError and BadValueError on curves that are not ROC curves
 */
export function rocFigure(spec: RocSpec): string {
  checkOptions('rocFigure', spec, known);
  check(spec);
  const x = scaleLinear([0, 1], [0, side]);
  const y = scaleLinear([0, 1], [side, 0]);
  const path = line<number>().digits(2);
  const items: LegendItem[] = [];
  const bands: Markup[] = [];
  const lines: Markup[] = [];

  spec.curves.forEach((curve, i) => {
    const place = curve.place ?? i;
    const stroke = {
      stroke: categoryColor(place),
      'stroke-width': 2,
      'stroke-dasharray': dashes[place % dashes.length],
      'stroke-linejoin': 'round',
      fill: 'none',
    };
    const at = Array.from(curve.fpr, (_, k) => k);
    const { lower, upper } = curve;
    if (lower && upper) {
      const band = area<number>()
        .digits(2)
        .x((k) => x(curve.fpr[k] ?? 0))
        .y0((k) => y(lower[k] ?? 0))
        .y1((k) => y(upper[k] ?? 0));
      bands.push(element('path', { d: band(at) ?? '', fill: categoryColor(place), 'fill-opacity': 0.13 }));
    }
    const d = path.x((k) => x(curve.fpr[k] ?? 0)).y((k) => y(curve.tpr[k] ?? 0))(at) ?? '';
    lines.push(element('path', { d, ...stroke }));
    items.push({ label: curve.name, below: areaText(curve), sample: element('line', { x1: -11, x2: 11, ...stroke }) });
  });
  const chance = { stroke: faint, 'stroke-width': 1, 'stroke-dasharray': '2 3' };
  items.push({ label: 'chance', below: 'AUC 0.500', sample: element('line', { x1: -11, x2: 11, ...chance }) });
  if (bands.length > 0) {
    items.push({
      label: spec.bandName ?? '± 1 s.d. across folds',
      sample: element('rect', { x: -11, y: -5, width: 22, height: 10, fill: faint, 'fill-opacity': 0.25 }),
    });
  }

  const key = legend(items, keyWidth, 1);
  const markup = [
    group(
      gutter,
      4,
      leftAxis(y, side, gutter, { title: 'True positive rate', count: 5, format: '.1f', grid: side }),
      group(0, side, bottomAxis(x, side, { title: 'False positive rate', count: 5, format: '.1f', grid: side })),
      element('rect', { width: side, height: side, fill: 'none', stroke: rule }),
      element('line', { x1: x(0), y1: y(0), x2: x(1), y2: y(1), ...chance }),
      bands,
      // The first curve is the main one, so it is drawn last, on top.
      lines.reverse(),
    ),
    group(gutter + side + 28, 4, key.markup),
  ];
  return frame(
    spec,
    {
      width: gutter + side + 28 + keyWidth,
      height: Math.max(4 + side + bottomAxisHeight(true), key.height + 4),
      markup,
    },
    `ROC curves: ${spec.curves.map((curve) => `${curve.name}, ${areaText(curve)}`).join('; ')}.`,
  );
}

function areaText({ auc, interval }: RocCurve): string {
  const range = interval?.every(Number.isFinite) ? ` (${interval.map(formatScore).join('–')})` : '';
  return `AUC ${formatScore(auc)}${range}`;
}

function check(spec: RocSpec): void {
  if (spec.curves.length === 0) throw new EmptyFigureError(figure, 'curves', 'give at least one curve');
  spec.curves.forEach((curve, i) => {
    checkRoc(figure, `curves[${i}]`, curve);
    if (!curve.lower !== !curve.upper)
      throw new BadValueError(
        figure,
        `curves[${i}].${curve.lower ? 'upper' : 'lower'}`,
        undefined,
        'give both `lower` and `upper`, or neither',
      );
    for (const edge of ['lower', 'upper'] as const) {
      const values = curve[edge];
      if (!values) continue;
      if (values.length !== curve.fpr.length)
        throw new ShapeMismatchError(figure, `curves[${i}].${edge}`, values.length, curve.fpr.length, 'one per point');
      const bad = Array.from(values).findIndex((value) => !(value >= 0 && value <= 1));
      if (bad >= 0)
        throw new BadValueError(figure, `curves[${i}].${edge}[${bad}]`, values[bad], 'give rates from 0 to 1');
    }
  });
}
