import type { BinnedMatrix } from './binned-matrix.js';
import type { FitThreads } from '../fit-threads.js';

/**
 * Columns of which the rows outside the most frequent bin are listed, because they are few: most genes are not seen in most cells.
 * The list of column c is `rows[offsets[c]] … rows[offsets[c + 1] - 1]`, from the outermost bins inwards: first `below[c]` rows of
 * lower bins than the most frequent by ascending bin, then those of higher by descending bin. It is empty when the column is not
 * listed.
 */
export interface ListedColumns {
  offsets: Int32Array;
  below: Int32Array;
  rows: Int32Array;
  /** Bin of each row listed. */
  bins: Uint8Array;
}

/** Columns that one chunk lists. */
const LISTED_A_CHUNK = 32;

/** Lists the columns of one chunk. */
export function fillLists(job: { binned: BinnedMatrix; listed: ListedColumns }): (chunk: number) => void {
  return (chunk) => {
    const last = Math.min((chunk + 1) * LISTED_A_CHUNK, job.binned.cols);
    for (let col = chunk * LISTED_A_CHUNK; col < last; col++) {
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
  let place = listed.offsets[col];
  for (let b = 0; b < frequent; b++) {
    next[b] = place;
    place += inBin[b];
  }
  listed.below[col] = place - listed.offsets[col];
  for (let b = count - 1; b > frequent; b--) {
    next[b] = place;
    place += inBin[b];
  }
  for (let row = 0; row < binOf.length; row++) {
    const b = binOf[row];
    if (b === frequent) continue;
    const at = next[b]++;
    listed.rows[at] = row;
    listed.bins[at] = b;
  }
}

/** A listed row costs several times a row of a histogram, so listing only pays where most rows need not be. */
const LIST_BELOW = 0.3;

/** Lists the rows of the columns that have few outside their most frequent bin. */
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
  threads.open('list-columns', { binned, listed }).run(Math.ceil(cols / LISTED_A_CHUNK));
  return listed;
}

/** Rows that one chunk turns. */
export const ROWS_A_CHUNK = 512;

/** A row's bins side by side, `[row * cols + col]`: what a node of few rows reads, of which a column's lines would each hold one. */
export function turnBins({ binned, rowBins }: { binned: BinnedMatrix; rowBins: Uint8Array }): (chunk: number) => void {
  const { rows, cols, bins } = binned;
  return (chunk) => {
    const first = chunk * ROWS_A_CHUNK;
    const last = Math.min(first + ROWS_A_CHUNK, rows);
    for (let block = first; block < last; block += 32) {
      const end = Math.min(block + 32, last);
      for (let col = 0; col < cols; col++) {
        const column = col * rows;
        for (let row = block; row < end; row++) rowBins[row * cols + col] = bins[column + row]!;
      }
    }
  };
}
