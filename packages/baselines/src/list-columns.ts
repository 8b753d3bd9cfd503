import type { BinnedMatrix } from './binned-matrix.js';
import type { Crew } from './crew.js';
import { LISTED_A_CHUNK, type ListedColumns } from './listed-columns.js';

/** A listed row costs several times a row of a histogram, so listing only pays where most rows need not be. */
const LIST_BELOW = 0.3;

/** Lists the rows of the columns that have few outside their most frequent bin. */
export function listColumns(binned: BinnedMatrix, crew: Crew): ListedColumns {
  const { rows, cols, frequentRows, missing } = binned;
  const offsets = crew.allocate(Int32Array, cols + 1);
  for (let col = 0; col < cols; col++) {
    const outside = rows - frequentRows[col];
    offsets[col + 1] = offsets[col] + (outside < LIST_BELOW * rows && missing[col] < 0 ? outside : 0);
  }
  const listed = {
    offsets,
    below: crew.allocate(Int32Array, cols),
    rows: crew.allocate(Int32Array, offsets[cols]),
    bins: crew.allocate(Uint8Array, offsets[cols]),
  };
  crew.open('list-columns', { binned, listed }).run(Math.ceil(cols / LISTED_A_CHUNK));
  return listed;
}
