import { OptionError } from './errors.js';
import { isSparse, type Matrix, type SparseMatrix } from './matrix.js';
import { transpose } from './select.js';

/** Features replaced by small whole numbers that keep their order, so that splits are found by counting. */
export interface BinnedMatrix {
  rows: number;
  cols: number;
  /** Bin of each value at `[col * rows + row]`: a column lies in one piece, because a tree looks at one feature at a time. */
  bins: Uint8Array;
  /** Upper bounds of each column's bins but the last: bin b holds the values above cut b - 1 up to and with cut b. */
  cuts: Float32Array[];
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
  const cuts: Float32Array[] = [];
  const columns = isSparse(X) ? sparseColumns(X) : denseColumns(X);
  const sorted = new Float32Array(rows);
  for (let col = 0; col < cols; col++) {
    const { values, rowsOf } = columns(col);
    sorted.fill(0);
    sorted.set(values);
    sorted.sort();
    const bounds = cutPoints(sorted, maxBins);
    cuts.push(bounds);
    const column = bins.subarray(col * rows, (col + 1) * rows);
    if (!rowsOf) {
      for (let row = 0; row < rows; row++) column[row] = binOf(values[row]!, bounds);
      continue;
    }
    column.fill(binOf(0, bounds));
    for (let i = 0; i < values.length; i++) column[rowsOf[i]!] = binOf(values[i]!, bounds);
  }
  return { rows, cols, bins, cuts };
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

/** Bounds between at most `maxBins` bins of ascending values; empty when all are equal. */
export function cutPoints(sorted: Float32Array, maxBins: number): Float32Array {
  const starts: number[] = [];
  for (let i = 1; i < sorted.length; i++) if (sorted[i] !== sorted[i - 1]) starts.push(i);
  const few = starts.length < maxBins;
  const cuts: number[] = [];
  let from = 0;
  for (let s = 0; s < starts.length && cuts.length < maxBins - 1; s++) {
    const here = starts[s]!;
    const next = starts[s + 1] ?? sorted.length;
    const share = (sorted.length - from) / (maxBins - cuts.length);
    // Close the bin once it has its share of what is left, or when taking the next value in would overshoot it by more.
    if (few || here - from >= share || next - from - share > share - (here - from)) {
      cuts.push(boundBetween(sorted[here - 1]!, sorted[here]!));
      from = here;
    }
  }
  return Float32Array.from(cuts);
}

/** A single-precision number `t` with `low <= t < high`. */
function boundBetween(low: number, high: number): number {
  const middle = Math.fround(low + (high - low) / 2);
  return middle < high ? middle : low;
}

/** The bin at which to cut between two that hold rows of the node when those between hold none of them. */
export function halfWay(last: number, next: number): number {
  return (last + next - 1) >> 1;
}
