import type { ColumnMoments } from '@geneformer-ts/analysis';

/**
 * Returns the approximate second derivative of a linear model's loss with respect to each weight. It varies by orders of magnitude,
 * because expression levels and class sizes do; a minimizer that starts from it needs far fewer steps.
 *
 * @param perRow second derivative of a row's loss with respect to the score of output k
 * @param penalty second derivative of the L2 penalty
 * @returns `[col * outputs + k]`, the intercepts last
 */
export function weightCurvature(
  { squares }: ColumnMoments,
  rows: number,
  perRow: Float64Array,
  penalty: number,
): Float64Array {
  const outputs = perRow.length;
  const cols = squares.length;
  return Float64Array.from({ length: (cols + 1) * outputs }, (_, i) => {
    const col = Math.floor(i / outputs);
    const factor = perRow[i % outputs];
    return col < cols ? factor * squares[col] + penalty : factor * rows;
  });
}
