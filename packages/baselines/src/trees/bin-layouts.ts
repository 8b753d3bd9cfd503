import type { BinnedMatrix } from './binned-matrix.js';
import type { FitThreads } from '../threads/fit-threads.js';

/**
 * Lists of the rows outside the most frequent bin, for columns where they are few: most genes are not detected in most cells. The list
 * of column c is `rows[offsets[c]] … rows[offsets[c + 1] - 1]`, from the outermost bins inwards: first `below[c]` rows of lower bins in
 * ascending order of bins, then the rows of higher bins in descending order. It is empty when the column is not listed.
 */
export interface ListedColumns {
  offsets: Int32Array;
  below: Int32Array;
  rows: Int32Array;
  /** Bin of each listed row. */
  bins: Uint8Array;
}

/** Columns per chunk of `fillLists`. */
const COLUMNS_PER_CHUNK = 32;

/** Returns a function that lists the columns of one chunk. */
export function fillLists(job: { binned: BinnedMatrix; listed: ListedColumns }): (chunk: number) => void {
  return (chunk) => {
    const last = Math.min((chunk + 1) * COLUMNS_PER_CHUNK, job.binned.cols);
    for (let col = chunk * COLUMNS_PER_CHUNK; col < last; col++) {
      if (job.listed.offsets[col + 1] > job.listed.offsets[col]) fillList(job.binned, job.listed, col);
    }
  };
}

function fillList(binned: BinnedMatrix, listed: ListedColumns, col: number): void {
  const frequent = binned.frequent[col];
  const count = binned.counts[col];
  const binOf = binned.bins.subarray(col * binned.rows, (col + 1) * binned.rows);
  const inBin = new Int32Array(count);
  for (let row = 0; row < binOf.length; row++) inBin[binOf[row]]++;
  const next = new Int32Array(count);
  let offset = listed.offsets[col];
  for (let b = 0; b < frequent; b++) {
    next[b] = offset;
    offset += inBin[b];
  }
  listed.below[col] = offset - listed.offsets[col];
  for (let b = count - 1; b > frequent; b--) {
    next[b] = offset;
    offset += inBin[b];
  }
  for (let row = 0; row < binOf.length; row++) {
    const b = binOf[row];
    if (b === frequent) continue;
    const at = next[b]++;
    listed.rows[at] = row;
    listed.bins[at] = b;
  }
}

/** Maximum share of listed rows; a listed row takes several times as long as a row of a histogram. */
const LIST_BELOW = 0.3;

/** Lists the rows of the columns that have few rows outside their most frequent bin. */
export function listColumns(binned: BinnedMatrix, threads: FitThreads): ListedColumns {
  const { rows, cols, frequentRows, missing } = binned;
  const offsets = threads.allocate(Int32Array, cols + 1);
  for (let col = 0; col < cols; col++) {
    const outside = rows - frequentRows[col];
    offsets[col + 1] = offsets[col] + (outside < LIST_BELOW * rows && missing[col] < 0 ? outside : 0);
  }
  const listed = {
    offsets,
    below: threads.allocate(Int32Array, cols),
    rows: threads.allocate(Int32Array, offsets[cols]),
    bins: threads.allocate(Uint8Array, offsets[cols]),
  };
  threads.open('list-columns', { binned, listed }).run(Math.ceil(cols / COLUMNS_PER_CHUNK));
  return listed;
}

/** Rows per chunk of `transposeBins`. */
export const ROWS_PER_CHUNK = 512;

/** Returns a function that writes a chunk of rows of the row-major copy of the bins, which nodes with few rows read. */
export function transposeBins({
  binned,
  rowBins,
}: {
  binned: BinnedMatrix;
  rowBins: Uint8Array;
}): (chunk: number) => void {
  const { rows, cols, bins } = binned;
  return (chunk) => {
    const first = chunk * ROWS_PER_CHUNK;
    const last = Math.min(first + ROWS_PER_CHUNK, rows);
    for (let block = first; block < last; block += 32) {
      const end = Math.min(block + 32, last);
      for (let col = 0; col < cols; col++) {
        const column = col * rows;
        for (let row = block; row < end; row++) rowBins[row * cols + col] = bins[column + row]!;
      }
    }
  };
}
