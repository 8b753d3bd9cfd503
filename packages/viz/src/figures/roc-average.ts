import { checkOptions } from '@geneformer-ts/core';
import { BadValueError, EmptyFigureError, ShapeMismatchError } from '../errors.js';

/** Points of a ROC curve from (0, 0) to (1, 1); neither coordinate decreases. */
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
 * Averages the ROC curves of several folds vertically (Fawcett, Pattern Recognition Letters 27:861, 2006, algorithm 4).
 * Interpolates each curve at `points` false positive rates (default 101) and weights all curves equally. The band is
 * the mean ± the sample standard deviation, clipped to 0 and 1. The mean runs from (0, 0) to (1, 1).
 *
 * @throws EmptyFigureError without curves; ShapeMismatchError and BadValueError on curves that are not ROC curves
 */
export function averageRoc(curves: readonly RocPoints[], options: { points?: number } = {}): RocBand {
  checkOptions('averageRoc', options, { points: true });
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

/**
 * Returns the true positive rate at a false positive rate; at a vertical step, the upper end, as `numpy.interp` does.
 */
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

/**
 * Checks that a curve is a ROC curve.
 *
 * @throws EmptyFigureError, ShapeMismatchError or BadValueError when lengths differ, a rate is outside 0 to 1, a rate
 *   decreases, or the curve does not run from (0, 0) to (1, 1)
 */
export function checkRoc(figure: string, field: string, { fpr, tpr }: RocPoints): void {
  if (fpr.length < 2) throw new EmptyFigureError(figure, `${field}.fpr`, 'give at least the points (0, 0) and (1, 1)');
  if (tpr.length !== fpr.length) {
    throw new ShapeMismatchError(
      figure,
      `${field}.tpr`,
      tpr.length,
      fpr.length,
      'one true positive rate per false positive rate',
    );
  }
  for (const [name, rates] of [
    ['fpr', fpr],
    ['tpr', tpr],
  ] as const) {
    for (let i = 0; i < rates.length; i++) {
      const rate = rates[i] ?? NaN;
      const least = i === 0 ? 0 : (rates[i - 1] ?? 0);
      // The tolerance allows for rounding in the last bits of the rates.
      if (!(rate >= least - 1e-9 && rate <= 1 + 1e-9)) {
        throw new BadValueError(
          figure,
          `${field}.${name}[${i}]`,
          rate,
          `give rates from 0 to 1 that never decrease (the previous one is ${least})`,
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
      'start it at false positive rate 0 and end it at (1, 1)',
    );
  }
}
