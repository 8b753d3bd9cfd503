import type { BinnedMatrix } from './binned-matrix.js';
import type { Crew } from './crew.js';
import type { ListedColumns } from './listed-columns.js';
import { BLOCKS, type SplitSearch } from './split-search.js';

/** Memory for a search that all threads see. */
export function startSearch(binned: BinnedMatrix, listed: ListedColumns, maxDepth: number, crew: Crew): SplitSearch {
  const { rows, cols } = binned;
  // Nodes of one depth that can be split: each has two rows at least.
  const most = Math.max(1, Math.min(2 ** (maxDepth - 1), Math.floor(rows / 2)));
  return {
    binned,
    listed,
    sizes: crew.allocate(Int32Array, 3),
    terms: crew.allocate(Float64Array, 6),
    features: crew.allocate(Int32Array, cols),
    packed: crew.allocate(Float64Array, rows),
    ordered: crew.allocate(Float64Array, rows),
    rows: crew.allocate(Int32Array, rows),
    slotOf: crew.allocate(Int32Array, rows),
    starts: crew.allocate(Int32Array, most),
    ends: crew.allocate(Int32Array, most),
    sums: crew.allocate(Float64Array, most),
    most,
    score: crew.allocate(Float64Array, BLOCKS * most),
    feature: crew.allocate(Int32Array, BLOCKS * most),
    bin: crew.allocate(Int32Array, BLOCKS * most),
    next: crew.allocate(Int32Array, BLOCKS * most),
    missingLeft: crew.allocate(Int32Array, BLOCKS * most),
  };
}
