/** Bins of one column, in ascending order of their values. */
export interface BinScale {
  /** Upper bounds of all bins except the last: bin b has the values above cut b - 1 and not above cut b. */
  cuts: Float32Array;
  /** Smallest value in each bin. */
  lows: Float32Array;
  /** Largest value in each bin. */
  highs: Float32Array;
}

/** Computes the bins of one column at a time and reuses its memory. */
export class BinFinder {
  /** Bins of the last column; see {@link BinScale}. */
  readonly lows: Float32Array;
  readonly highs: Float32Array;
  readonly cuts: Float32Array;
  private readonly values: Float32Array;
  private readonly counts: Int32Array;

  /** @param maxLength maximum number of values per column */
  constructor(
    private readonly maxBins: number,
    maxLength: number,
  ) {
    this.lows = new Float32Array(maxBins);
    this.highs = new Float32Array(maxBins);
    this.cuts = new Float32Array(maxBins);
    this.values = new Float32Array(maxLength + 1);
    this.counts = new Int32Array(maxLength + 1);
  }

  /**
   * Computes at most `maxBins` bins and returns their number. With few distinct values there is one bin per value; otherwise bins have
   * about equal numbers of rows, and a very frequent value, such as the zero of counts, has its own bin. Cuts are half way between
   * neighboring values.
   *
   * @param sorted values in ascending order, without NaN
   * @param zeros number of additional zeros
   */
  bin(sorted: Float32Array, zeros: number, maxBins = this.maxBins): number {
    const { values, counts, lows, highs, cuts } = this;
    const distinct = this.distinct(sorted, zeros);
    const few = distinct <= maxBins;
    let left = sorted.length + zeros;
    let inBin = 0;
    let bins = 1;
    lows[0] = distinct > 0 ? values[0] : 0;
    for (let i = 0; i + 1 < distinct && bins < maxBins; i++) {
      inBin += counts[i];
      const share = left / (maxBins - bins + 1);
      // A bin is complete when it has its share of the remaining rows, or is closer to it without the next value.
      if (!few && inBin < share && inBin + counts[i + 1] - share <= share - inBin) continue;
      highs[bins - 1] = values[i]!;
      cuts[bins - 1] = boundBetween(values[i], values[i + 1]);
      lows[bins++] = values[i + 1]!;
      left -= inBin;
      inBin = 0;
    }
    highs[bins - 1] = distinct > 0 ? values[distinct - 1] : 0;
    return bins;
  }

  /** Writes the distinct values, ascending, and their numbers of rows, and returns the number of distinct values. */
  private distinct(sorted: Float32Array, zeros: number): number {
    const { values, counts } = this;
    let distinct = 0;
    let i = 0;
    for (; i < sorted.length && sorted[i] < 0; i++) distinct = this.add(distinct, sorted[i]);
    if (zeros > 0) {
      values[distinct] = 0;
      counts[distinct++] = zeros;
    }
    for (; i < sorted.length; i++) distinct = this.add(distinct, sorted[i]);
    return distinct;
  }

  private add(distinct: number, value: number): number {
    const { values, counts } = this;
    // 0 and -0 are the same value.
    if (distinct > 0 && values[distinct - 1] === value) {
      counts[distinct - 1]++;
      return distinct;
    }
    values[distinct] = value;
    counts[distinct] = 1;
    return distinct + 1;
  }
}

/** Returns a single-precision number `t` with `low <= t < high`. */
function boundBetween(low: number, high: number): number {
  const middle = Math.fround(low + (high - low) / 2);
  return middle < high ? middle : low;
}

/**
 * Returns the bin after which to cut when the bins between `last` and `next` have no rows of the node. Its cut is the last one that is
 * not above the middle of the values of the two bins, so it approximates the middle of the node's own values. The middle bin would be
 * different: for a gene detected in few cells, most bins are among these cells.
 */
export function cutBetween({ cuts, lows, highs }: BinScale, last: number, next: number): number {
  const middle = (highs[last] + lows[next]) / 2;
  let bin = last;
  while (bin + 1 < next && cuts[bin + 1] <= middle) bin++;
  return bin;
}

/** Features as bin numbers, which keep the order of values. */
export interface BinnedMatrix {
  rows: number;
  cols: number;
  /** Bin of each value, column-major: `[col * rows + row]`. */
  bins: Uint8Array;
  /** Number of bins of each column, without the bin of missing values. */
  counts: Int32Array;
  /** Bin of missing values of each column, which follows the last bin; -1 without missing values. */
  missing: Int32Array;
  /** Most frequent bin of each column. */
  frequent: Uint8Array;
  /** Number of rows in the most frequent bin. */
  frequentRows: Int32Array;
  /** The values of column c in `cuts`, `lows` and `highs` start at `c * stride`; see {@link BinScale}. */
  stride: number;
  cuts: Float32Array;
  lows: Float32Array;
  highs: Float32Array;
}

/** Maximum number of bins, because a bin is one byte. */
export const MAX_BINS = 256;

/** Returns the bins of one column. */
export function scaleOf({ cuts, lows, highs, counts, stride }: BinnedMatrix, col: number): BinScale {
  const start = col * stride;
  const end = start + counts[col];
  return {
    cuts: cuts.subarray(start, end - 1),
    lows: lows.subarray(start, end),
    highs: highs.subarray(start, end),
  };
}
