import type { CsrBlock } from '@geneformer-ts/io';

/** The result of one pass over the values of a block. */
export interface BlockScan {
  /** Sum over the genes of the file, by row of the block. */
  totals: Float64Array;
  /** Sum over the block, by column. */
  columnSums: Float64Array;
  /** Number of entries that are not zero. */
  nonZero: number;
  /** Number of entries that are not whole numbers. */
  fractional: number;
  largest: number;
  /** First row with a negative, NaN or infinite entry; −1 if there is none. */
  invalidRow: number;
  /** That entry. */
  invalidValue: number;
  /** Counts of the features that the source excludes, by the kinds of `CountMatrix.setApart`. */
  setApart: Float64Array;
}

/**
 * Returns the sums by row and by column and the facts that distinguish counts from other numbers, over the rows with
 * `keep[row] === 1` (default all rows). Stops at the first entry that cannot be a count.
 *
 * @param uncounted one byte per column, 1 if its counts are not part of the totals; default none
 */
export function scanBlock(block: CsrBlock, keep?: Uint8Array, uncounted?: Uint8Array): BlockScan {
  const { rows, cols, indptr, indices, data } = block;
  const columnSums = new Float64Array(cols);
  const totals = new Float64Array(rows);
  const setApart = countsApart(block, keep);
  let nonZero = 0;
  let fractional = 0;
  let largest = 0;
  for (let row = 0; row < rows; row++) {
    if (keep !== undefined && keep[row] === 0) continue;
    const end = indptr[row + 1];
    let total = 0;
    for (let k = indptr[row]; k < end; k++) {
      const x = data[k];
      if (x === 0) continue;
      // Written so that NaN fails it too.
      if (!(x > 0 && x < Infinity)) {
        return { totals, columnSums, nonZero, fractional, largest, invalidRow: row, invalidValue: x, setApart };
      }
      nonZero++;
      if (x !== Math.floor(x)) fractional++;
      if (x > largest) largest = x;
      const column = indices[k];
      if (uncounted === undefined || uncounted[column] === 0) total += x;
      columnSums[column] += x;
    }
    totals[row] = total;
  }
  return { totals, columnSums, nonZero, fractional, largest, invalidRow: -1, invalidValue: 0, setApart };
}

function countsApart({ rows, setApart = new Float64Array(0) }: CsrBlock, keep: Uint8Array | undefined): Float64Array {
  const kinds = rows > 0 ? setApart.length / rows : 0;
  const sums = new Float64Array(kinds);
  for (let row = 0; row < rows; row++) {
    if (keep !== undefined && keep[row] === 0) continue;
    for (let kind = 0; kind < kinds; kind++) sums[kind] += setApart[row * kinds + kind];
  }
  return sums;
}
