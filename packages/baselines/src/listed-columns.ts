import type { BinnedMatrix } from './bins.js';

/** A binned column of which every row is looked at. */
export interface FullColumn {
  bins: number;
  rows?: undefined;
}

/** A binned column of which the rows outside its most frequent bin are listed, because they are few. */
export interface ListedColumn {
  bins: number;
  /** The bin that is not listed. */
  implied: number;
  /** Rows listed, from the outermost bins inwards: those of lower bins than `implied` by ascending, then those of higher by descending bin. */
  rows: Int32Array;
  /** Bin of each row listed. */
  bin: Uint8Array;
  /** How many of them lie in bins below the one that is not listed. */
  below: number;
}

export type TreeColumn = FullColumn | ListedColumn;

/** A listed row costs several times a row of a histogram, so listing only pays where most rows need not be. */
const LIST_BELOW = 0.3;

/** Most genes are not seen in most cells: their columns shrink to the cells that have them. */
export function treeColumns(binned: BinnedMatrix): TreeColumn[] {
  const { rows, cols, bins, counts } = binned;
  return Array.from({ length: cols }, (_, col) => {
    const bin = bins.subarray(col * rows, (col + 1) * rows);
    const count = counts[col]!;
    const inBin = new Int32Array(count);
    for (let row = 0; row < rows; row++) inBin[bin[row]!]!++;
    const most = inBin.indexOf(Math.max(...inBin));
    return rows - inBin[most]! < LIST_BELOW * rows ? listColumn(bin, inBin, most) : { bins: count };
  });
}

function listColumn(binOf: Uint8Array, inBin: Int32Array, implied: number): ListedColumn {
  const next = new Int32Array(inBin.length);
  let listed = 0;
  for (let b = 0; b < implied; b++) {
    next[b] = listed;
    listed += inBin[b]!;
  }
  const below = listed;
  for (let b = inBin.length - 1; b > implied; b--) {
    next[b] = listed;
    listed += inBin[b]!;
  }
  const rows = new Int32Array(listed);
  const bin = new Uint8Array(listed);
  for (let row = 0; row < binOf.length; row++) {
    const b = binOf[row]!;
    if (b === implied) continue;
    rows[next[b]!] = row;
    bin[next[b]!++] = b;
  }
  return { bins: inBin.length, implied, rows, bin, below };
}
