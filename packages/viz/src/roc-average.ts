import { BadValueError, EmptyFigureError, ShapeMismatchError } from './errors.js';

/** Points of a ROC curve, from (0, 0) to (1, 1), both coordinates never falling. */
export interface RocPoints {
  fpr: ArrayLike<number>;
  tpr: ArrayLike<number>;
}

/** A mean curve on an even grid of false positive rates, with a band one standard deviation above and below. */
export interface RocBand {
  fpr: Float64Array;
  tpr: Float64Array;
  lower: Float64Array;
  upper: Float64Array;
}

/**
 * Vertical averaging of the ROC curves of several folds (Fawcett, Pattern Recognition Letters 27:861, 2006, algorithm 4): each is
 * interpolated at `points` false positive rates (default 101) and counts alike; the band is ± the sample standard deviation, kept
 * within 0 and 1. It starts at (0, 0) and ends at (1, 1).
 *
 * @throws EmptyFigureError without curves; ShapeMismatchError and BadValueError on curves that are not ROC curves
 */
export function averageRoc(curves: readonly RocPoints[], options: { points?: number } = {}): RocBand {
  const points = options.points ?? 101;
  if (curves.length === 0) throw new EmptyFigureError('averageRoc', 'curves', 'give the curve of at least one fold');
  if (!Number.isInteger(points) || points < 2)
    throw new BadValueError('averageRoc', 'options.points', points, 'give a whole number from 2');
  curves.forEach((curve, i) => checkRoc('averageRoc', `curves[${i}]`, curve));
  const fpr = Float64Array.from({ length: points }, (_, i) => i / (points - 1));
  const tpr = new Float64Array(points);
  const lower = new Float64Array(points);
  const upper = new Float64Array(points);
  fpr.forEach((at, i) => {
    const values = curves.map((curve) => (i === 0 ? 0 : i === points - 1 ? 1 : interpolate(curve, at)));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const deviation = values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0;
    tpr[i] = mean;
    lower[i] = Math.max(0, mean - deviation);
    upper[i] = Math.min(1, mean + deviation);
  });
  return { fpr, tpr, lower, upper };
}

/** Height of the curve at a false positive rate; at a vertical step, its top, as `numpy.interp` has it. */
function interpolate({ fpr, tpr }: RocPoints, at: number): number {
  let low = 0;
  let high = fpr.length - 1;
  while (low < high) {
    const mid = (low + high + 1) >> 1;
    if ((fpr[mid] ?? 1) <= at) low = mid;
    else high = mid - 1;
  }
  const [x0, y0] = [fpr[low] ?? 0, tpr[low] ?? 0];
  if (low === fpr.length - 1 || x0 === at) return y0;
  const [x1, y1] = [fpr[low + 1] ?? 1, tpr[low + 1] ?? 1];
  return y0 + ((y1 - y0) * (at - x0)) / (x1 - x0);
}

/** @throws when the lengths differ, a rate is not from 0 to 1, one falls, or the curve does not run from (0, 0) to (1, 1) */
export function checkRoc(figure: string, field: string, { fpr, tpr }: RocPoints): void {
  if (fpr.length < 2)
    throw new EmptyFigureError(figure, `${field}.fpr`, 'a ROC curve has at least the points (0, 0) and (1, 1)');
  if (tpr.length !== fpr.length) {
    throw new ShapeMismatchError(
      figure,
      `${field}.tpr`,
      tpr.length,
      fpr.length,
      'one true positive rate for each false positive rate',
    );
  }
  for (const [name, rates] of [
    ['fpr', fpr],
    ['tpr', tpr],
  ] as const) {
    for (let i = 0; i < rates.length; i++) {
      const rate = rates[i] ?? NaN;
      const least = i === 0 ? 0 : (rates[i - 1] ?? 0);
      // Rates are quotients that were added up: a last-bit fall or excess is no fall.
      if (!(rate >= least - 1e-9 && rate <= 1 + 1e-9)) {
        throw new BadValueError(
          figure,
          `${field}.${name}[${i}]`,
          rate,
          `rates run from 0 to 1 without falling (here from ${least})`,
        );
      }
    }
  }
  const first = [fpr[0], tpr[0]];
  if (first[0] !== 0 || (tpr[tpr.length - 1] ?? 0) < 1 - 1e-9 || (fpr[fpr.length - 1] ?? 0) < 1 - 1e-9) {
    throw new BadValueError(
      figure,
      field,
      `a curve from (${first.join(', ')})`,
      'it must start at false positive rate 0 and end at (1, 1)',
    );
  }
}
