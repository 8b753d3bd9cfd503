/** Statistics for the tests of distributions. */

/** Returns a quantile of unsorted values, with linear interpolation. */
export function quantile(values: readonly number[], at: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = at * (sorted.length - 1);
  const low = Math.floor(position);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (position - low) * (sorted[high] - sorted[low]);
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Returns the least-squares slope of y on x. */
export function slope(x: readonly number[], y: readonly number[]): number {
  const meanX = x.reduce((a, b) => a + b, 0) / x.length;
  const meanY = y.reduce((a, b) => a + b, 0) / y.length;
  let covariance = 0;
  let variance = 0;
  x.forEach((value, i) => {
    covariance += (value - meanX) * (y[i] - meanY);
    variance += (value - meanX) ** 2;
  });
  return covariance / variance;
}

/** Returns the probability that a value of the first list is above one of the second; ties count half. */
export function rankAuc(first: readonly number[], second: readonly number[]): number {
  let above = 0;
  for (const a of first) for (const b of second) above += a > b ? 1 : a === b ? 0.5 : 0;
  return above / (first.length * second.length);
}
