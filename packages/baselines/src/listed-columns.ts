import type { BinnedMatrix } from './binned-matrix.js';

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
export const LISTED_A_CHUNK = 32;

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
