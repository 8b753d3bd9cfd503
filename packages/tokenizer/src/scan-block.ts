import type { CsrBlock } from '@geneformer-ts/io';

/** What one look at the values of a block tells. */
export interface BlockScan {
  /** Sum over all genes of the file, by row of the block. */
  totals: Float64Array;
  /** Sum over the block, by column. */
  columnSums: Float64Array;
  /** Entries that are not zero. */
  nonZero: number;
  /** Entries that are not whole numbers. */
  fractional: number;
  largest: number;
  /** First row with a negative, NaN or infinite entry, −1 for none, and that entry. */
  invalidRow: number;
  invalidValue: number;
}

/**
 * Row sums, sums by column and what is needed to tell counts from other numbers, over the rows
 * with `keep[row] === 1` (all rows without it). Stops at the first entry that cannot be a count.
 */
export function scanBlock(block: CsrBlock, keep?: Uint8Array): BlockScan {
  const { rows, cols, indptr, indices, data } = block;
  const columnSums = new Float64Array(cols);
  const totals = new Float64Array(rows);
  let nonZero = 0;
  let fractional = 0;
  let largest = 0;
  for (let row = 0; row < rows; row++) {
    if (keep !== undefined && keep[row] === 0) continue;
    const end = indptr[row + 1]!;
    let total = 0;
    for (let k = indptr[row]!; k < end; k++) {
      const x = data[k]!;
      if (x === 0) continue;
      // Written so that NaN fails it too.
      if (!(x > 0 && x < Infinity)) {
        return { totals, columnSums, nonZero, fractional, largest, invalidRow: row, invalidValue: x };
      }
      nonZero++;
      if (x !== Math.floor(x)) fractional++;
      if (x > largest) largest = x;
      total += x;
      columnSums[indices[k]!]! += x;
    }
    totals[row] = total;
  }
  return { totals, columnSums, nonZero, fractional, largest, invalidRow: -1, invalidValue: 0 };
}
