import type { BinnedMatrix } from './bins.js';

/** A binned column as boosting reads it: the rows outside its most frequent bin, when those are few. */
export interface GradientColumn {
  bins: number;
  /** The bin that is not listed; rows in it are what the listed ones leave over. -1 when every row is listed. */
  implied: number;
  /** Rows listed, in ascending order; undefined when every row is. */
  rows: Int32Array | undefined;
  /** Bin of each row listed. */
  bin: Uint8Array;
}

/** Listing costs an extra look-up a row, so it only pays where most rows need not be listed. */
const LIST_BELOW = 0.5;

/** Most genes are not seen in most cells: their columns shrink to the cells that have them. */
export function gradientColumns(binned: BinnedMatrix): GradientColumn[] {
  const { rows, cols, bins, cuts } = binned;
  return Array.from({ length: cols }, (_, col) => {
    const bin = bins.subarray(col * rows, (col + 1) * rows);
    const count = cuts[col]!.length + 1;
    const inBin = new Int32Array(count);
    for (let row = 0; row < rows; row++) inBin[bin[row]!]!++;
    const most = inBin.indexOf(Math.max(...inBin));
    const others = rows - inBin[most]!;
    if (others >= LIST_BELOW * rows) return { bins: count, implied: -1, rows: undefined, bin };
    const listed = new Int32Array(others);
    const binOf = new Uint8Array(others);
    let next = 0;
    for (let row = 0; row < rows; row++) {
      if (bin[row] === most) continue;
      listed[next] = row;
      binOf[next++] = bin[row]!;
    }
    return { bins: count, implied: most, rows: listed, bin: binOf };
  });
}
