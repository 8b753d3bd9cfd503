import type { Cells } from '../cells.js';

/** Cells from arrays of ids. */
export function cellsOf(ids: readonly (readonly number[])[]): Cells {
  const offsets = new Int32Array(ids.length + 1);
  ids.forEach((cell, i) => (offsets[i + 1] = offsets[i] + cell.length));
  return { inputIds: Int32Array.from(ids.flat()), offsets };
}
