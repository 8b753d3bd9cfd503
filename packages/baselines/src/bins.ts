import { OptionError } from './errors.js';
import { isSparse, type Matrix, type SparseMatrix } from './matrix.js';
import { transpose } from './select.js';

/** Features replaced by small whole numbers that keep their order, so that splits are found by counting. */
export interface BinnedMatrix {
  rows: number;
  cols: number;
  /** Bin of each value at `[col * rows + row]`: a column lies in one piece, because a tree looks at one feature at a time. */
  bins: Uint8Array;
  /** What the bins of each column stand for. */
  scales: BinScale[];
}

/** The bins of one column, in ascending order of the values they hold. */
export interface BinScale {
  /** Upper bounds of the bins but the last: bin b holds the values above cut b - 1 up to and with cut b. */
  cuts: Float32Array;
  /** Smallest and largest value in each bin. */
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

/**
 * Bins each column: one bin a distinct value where there are few, else bins of about equal numbers of rows. A value held by very many
 * rows, such as the zero of counts, gets a bin of its own. Cuts lie half way between neighbouring values.
 */
export function binFeatures(X: Matrix, maxBins: number): BinnedMatrix {
  const { rows, cols } = X;
  const bins = new Uint8Array(rows * cols);
  const scales: BinScale[] = [];
  const columns = isSparse(X) ? sparseColumns(X) : denseColumns(X);
  for (let col = 0; col < cols; col++) {
    const { values, rowsOf } = columns(col);
    const scale = binScale(values.slice().sort(), rows - values.length, maxBins);
    scales.push(scale);
    const column = bins.subarray(col * rows, (col + 1) * rows);
    if (!rowsOf) {
      for (let row = 0; row < rows; row++) column[row] = binOf(values[row]!, scale.cuts);
      continue;
    }
    column.fill(binOf(0, scale.cuts));
    for (let i = 0; i < values.length; i++) column[rowsOf[i]!] = binOf(values[i]!, scale.cuts);
  }
  return { rows, cols, bins, scales };
}

interface Column {
  values: Float32Array;
  /** Row of each value; missing when there is one for every row. The other rows hold 0. */
  rowsOf?: Int32Array;
}

function sparseColumns(X: SparseMatrix): (col: number) => Column {
  const { indptr, indices, data } = transpose(X);
  const values = data instanceof Float32Array ? data : Float32Array.from(data);
  return (col) => {
    const [start, end] = [indptr[col]!, indptr[col + 1]!];
    return { values: values.subarray(start, end), rowsOf: indices.subarray(start, end) };
  };
}

/** Copies columns out of a row-major matrix a few at a time, so that a row's cache line is read once for all of them. */
function denseColumns(X: { rows: number; cols: number; data: Float32Array }): (col: number) => Column {
  const { rows, cols, data } = X;
  const width = 16;
  const block = new Float32Array(width * rows);
  let loaded = -1;
  return (col) => {
    const first = col - (col % width);
    if (first !== loaded) {
      const last = Math.min(first + width, cols);
      for (let row = 0; row < rows; row++) {
        for (let c = first; c < last; c++) block[(c - first) * rows + row] = data[row * cols + c]!;
      }
      loaded = first;
    }
    return { values: block.subarray((col - first) * rows, (col - first + 1) * rows) };
  };
}

/** First bin whose upper bound is not below the value. */
function binOf(value: number, bounds: Float32Array): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= bounds[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * At most `maxBins` bins of a column's values; a single one when all are equal.
 *
 * @param sorted values in ascending order
 * @param zeros how many zeros there are beside them
 */
export function binScale(sorted: Float32Array, zeros: number, maxBins: number): BinScale {
  const { values, counts } = distinctValues(sorted, zeros);
  const few = values.length <= maxBins;
  let left = sorted.length + zeros;
  let held = 0;
  const firsts = [0];
  for (let i = 0; i + 1 < values.length && firsts.length < maxBins; i++) {
    held += counts[i]!;
    const share = left / (maxBins - firsts.length + 1);
    // Close the bin once it has its share of what is left, or when taking the next value in would overshoot it by more.
    if (!few && held < share && held + counts[i + 1]! - share <= share - held) continue;
    firsts.push(i + 1);
    left -= held;
    held = 0;
  }
  const last = (i: number) => (firsts[i + 1] ?? values.length) - 1;
  return {
    cuts: Float32Array.from(firsts.slice(1), (first) => boundBetween(values[first - 1]!, values[first]!)),
    lows: Float32Array.from(firsts, (first) => values[first]!),
    highs: Float32Array.from(firsts, (_, i) => values[last(i)]!),
  };
}

/** Each value once, ascending, and how often it occurs. */
function distinctValues(sorted: Float32Array, zeros: number): { values: number[]; counts: number[] } {
  const values: number[] = [];
  const counts: number[] = [];
  const add = (value: number, count: number): void => {
    // 0 and -0 are one value.
    if (values.at(-1) === value) counts[counts.length - 1]! += count;
    else if (count > 0) counts[values.push(value) - 1] = count;
  };
  let i = 0;
  for (; i < sorted.length && sorted[i]! < 0; i++) add(sorted[i]!, 1);
  add(0, zeros);
  for (; i < sorted.length; i++) add(sorted[i]!, 1);
  return { values, counts };
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
  const middle = (highs[last]! + lows[next]!) / 2;
  let bin = last;
  while (bin + 1 < next && cuts[bin + 1]! <= middle) bin++;
  return bin;
}
