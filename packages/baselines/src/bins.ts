import { COLUMNS_A_CHUNK, type BinColumnsJob } from './bin-columns.js';
import type { BinScale } from './bin-scale.js';
import type { Crew } from './crew.js';
import { OptionError } from './errors.js';
import { isSparse, type Matrix } from './matrix.js';
import { transpose } from './select.js';

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

export function checkMaxBins(maxBins: number): void {
  if (!Number.isInteger(maxBins) || maxBins < 2 || maxBins > MOST_BINS) {
    throw new OptionError('maxBins', maxBins, `a whole number from 2 to ${MOST_BINS}`);
  }
}

/** Bins each column, dense or sparse, as {@link Binner} says; NaN goes into a bin of its own. */
export function binFeatures(X: Matrix, maxBins: number, crew: Crew): BinnedMatrix {
  const { rows, cols } = X;
  const binned: BinnedMatrix = {
    rows,
    cols,
    bins: crew.allocate(Uint8Array, rows * cols),
    counts: crew.allocate(Int32Array, cols),
    missing: crew.allocate(Int32Array, cols),
    frequent: crew.allocate(Uint8Array, cols),
    frequentRows: crew.allocate(Int32Array, cols),
    stride: maxBins,
    cuts: crew.allocate(Float32Array, cols * maxBins),
    lows: crew.allocate(Float32Array, cols * maxBins),
    highs: crew.allocate(Float32Array, cols * maxBins),
  };
  crew.open('bin-columns', { binned, maxBins, source: sourceOf(X, crew) }).run(Math.ceil(cols / COLUMNS_A_CHUNK));
  return binned;
}

/** What the bins of one column stand for. */
export function scaleOf({ cuts, lows, highs, counts, stride }: BinnedMatrix, col: number): BinScale {
  const start = col * stride;
  const end = start + counts[col]!;
  return {
    cuts: cuts.subarray(start, end - 1),
    lows: lows.subarray(start, end),
    highs: highs.subarray(start, end),
  };
}

function sourceOf(X: Matrix, crew: Crew): BinColumnsJob['source'] {
  if (!isSparse(X)) return { data: crew.share(X.data) };
  const { indptr, indices, data } = transpose(X);
  const values = data instanceof Float32Array ? data : Float32Array.from(data);
  return { indptr: crew.share(indptr), rowsOf: crew.share(indices), data: crew.share(values) };
}
