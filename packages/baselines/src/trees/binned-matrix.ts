/** The bins of one column, in ascending order of the values they hold. */
export interface BinScale {
  /** Upper bounds of the bins but the last: bin b holds the values above cut b - 1 up to and with cut b. */
  cuts: Float32Array;
  /** Smallest and largest value in each bin. */
  lows: Float32Array;
  highs: Float32Array;
}

/** Bins columns one after the other; holds what that needs of memory. */
export class Binner {
  /** The bins of the column last binned. */
  readonly lows: Float32Array;
  readonly highs: Float32Array;
  readonly cuts: Float32Array;
  private readonly values: Float32Array;
  private readonly counts: Int32Array;

  /** @param most the largest number of values a column has */
  constructor(
    private readonly maxBins: number,
    most: number,
  ) {
    this.lows = new Float32Array(maxBins);
    this.highs = new Float32Array(maxBins);
    this.cuts = new Float32Array(maxBins);
    this.values = new Float32Array(most + 1);
    this.counts = new Int32Array(most + 1);
  }

  /**
   * At most `maxBins` bins of a column's values; a single one when all are equal. One bin a distinct value where there are few, else
   * bins of about equal numbers of rows; a value held by very many rows, such as the zero of counts, gets a bin of its own. Cuts
   * lie half way between neighboring values.
   *
   * @param sorted values in ascending order, none of them NaN
   * @param zeros how many zeros there are beside them
   * @returns how many bins there are
   */
  bin(sorted: Float32Array, zeros: number, maxBins = this.maxBins): number {
    const { values, counts, lows, highs, cuts } = this;
    const distinct = this.distinct(sorted, zeros);
    const few = distinct <= maxBins;
    let left = sorted.length + zeros;
    let held = 0;
    let bins = 1;
    lows[0] = distinct > 0 ? values[0] : 0;
    for (let i = 0; i + 1 < distinct && bins < maxBins; i++) {
      held += counts[i];
      const share = left / (maxBins - bins + 1);
      // Close the bin once it has its share of what is left, or when taking the next value in would overshoot it by more.
      if (!few && held < share && held + counts[i + 1] - share <= share - held) continue;
      highs[bins - 1] = values[i]!;
      cuts[bins - 1] = boundBetween(values[i], values[i + 1]);
      lows[bins++] = values[i + 1]!;
      left -= held;
      held = 0;
    }
    highs[bins - 1] = distinct > 0 ? values[distinct - 1] : 0;
    return bins;
  }

  /** Puts each value once, ascending, into `values` and how often it occurs into `counts`; returns how many there are. */
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
    // 0 and -0 are one value.
    if (distinct > 0 && values[distinct - 1] === value) {
      counts[distinct - 1]++;
      return distinct;
    }
    values[distinct] = value;
    counts[distinct] = 1;
    return distinct + 1;
  }
}

/** A single-precision number `t` with `low <= t < high`. */
function boundBetween(low: number, high: number): number {
  const middle = Math.fround(low + (high - low) / 2);
  return middle < high ? middle : low;
}

/**
 * The bin after which to cut between two that hold rows of a node when the bins between hold none of them: the one whose cut is
 * nearest below the middle of the values, as if the cut lay half way between the node's own values. Half way between the bins would
 * be elsewhere: of a gene seen in few cells, most bins lie among the cells that have it.
 */
export function cutBetween({ cuts, lows, highs }: BinScale, last: number, next: number): number {
  const middle = (highs[last] + lows[next]) / 2;
  let bin = last;
  while (bin + 1 < next && cuts[bin + 1] <= middle) bin++;
  return bin;
}

/** Features replaced by small whole numbers that keep their order, so that splits are found by counting. */
export interface BinnedMatrix {
  rows: number;
  cols: number;
  /** Bin of each value at `[col * rows + row]`: a column lies in one piece, because a tree looks at one feature at a time. */
  bins: Uint8Array;
  /** Bins of each column, the one of missing values not counted. */
  counts: Int32Array;
  /** Bin of a column's missing values, the one after the last; -1 when none is missing. */
  missing: Int32Array;
  /** The bin that holds most rows of a column. */
  frequent: Uint8Array;
  /** How many rows it holds. */
  frequentRows: Int32Array;
  /** Upper bounds, smallest and largest values of the bins of column c from `[c * stride]` on; see {@link BinScale}. */
  stride: number;
  cuts: Float32Array;
  lows: Float32Array;
  highs: Float32Array;
}

/** Largest number of bins that a byte can tell apart. */
export const MOST_BINS = 256;

/** What the bins of one column stand for. */
export function scaleOf({ cuts, lows, highs, counts, stride }: BinnedMatrix, col: number): BinScale {
  const start = col * stride;
  const end = start + counts[col];
  return {
    cuts: cuts.subarray(start, end - 1),
    lows: lows.subarray(start, end),
    highs: highs.subarray(start, end),
  };
}
