/**
 * Returns Spearman's correlation of two lists: the correlation of their ranks, with the mean rank for equal values. Entries with NaN in
 * either list are left out.
 *
 * ```ts
 * rankCorrelation([1, 2, 3, 4], [10, 20, 40, 30]); // 0.8
 * ```
 *
 * @returns NaN for fewer than two entries, or if all values of a list are equal
 */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const both = Array.from(a, (_, at) => at).filter((at) => !Number.isNaN(a[at]) && !Number.isNaN(b[at]));
  const [x, y] = [a, b].map((values) => ranksOf(both.map((at) => values[at])));
  const center = (both.length - 1) / 2;
  let [product, ownX, ownY] = [0, 0, 0];
  for (let i = 0; i < both.length; i++) {
    product += (x[i] - center) * (y[i] - center);
    ownX += (x[i] - center) ** 2;
    ownY += (y[i] - center) ** 2;
  }
  return product / Math.sqrt(ownX * ownY);
}

/** Returns ranks from 0, the mean rank for equal values. */
function ranksOf(values: readonly number[]): Float64Array {
  const order = [...values.keys()].sort((i, j) => values[i] - values[j]);
  const ranks = new Float64Array(values.length);
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let i = from; i < to; i++) ranks[order[i]] = (from + to - 1) / 2;
  }
  return ranks;
}
