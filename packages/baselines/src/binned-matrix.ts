import type { BinScale } from './bin-scale.js';

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
