/**
 * Summarizes measurements taken in turn, A B A B. The ratio is the median over the turns of B / A: other work on the machine slows both
 * halves of a turn alike, but not all turns.
 */
export function medianRatio(ours, theirs) {
  return median(ours.map((seconds, turn) => theirs[turn] / seconds));
}

/** The mean of the middle two where there are as many above as below. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** To three digits. */
export function round(value) {
  return Number(value.toPrecision(3));
}
