import type { ColumnMoments } from '@geneformer-ts/analysis';

/**
 * Roughly the second derivative of a linear model's loss by each weight, `[col * outputs + k]`, the intercepts last. Weights differ in
 * it by orders of magnitude, as genes do in level and classes in number; a descent that knows it takes far fewer steps.
 *
 * @param perRow second derivative of a row's loss by the score of output k
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
