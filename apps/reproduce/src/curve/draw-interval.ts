/** Two-sided 97.5 % quantiles of Student's t by degrees of freedom, from 1 to 9. */
const QUANTILES = [12.7062, 4.30265, 3.18245, 2.77645, 2.57058, 2.44691, 2.36462, 2.306, 2.26216];

/**
 * Returns the mean of some draws with its 95 % interval by Student's t: how far the mean of infinitely many draws may be from it.
 * It describes the choice of labels only, not that of the tested cells.
 *
 * @param values one score per draw, at most ten; a single one has no interval
 */
export function drawInterval(values: readonly number[]): { mean: number; ci95: readonly [number, number] | null } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean, ci95: null };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = QUANTILES[n - 2] * Math.sqrt(variance / n);
  return { mean, ci95: [Math.max(0, mean - half), Math.min(1, mean + half)] };
}
