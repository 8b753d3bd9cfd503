/** Stored values of a matrix: single precision where that is exact for the source's type, else double. */
export type Values = Float32Array | Float64Array;

/**
 * Some consecutive rows (cells) of a matrix in compressed sparse row form.
 *
 * Row `r` of the block holds `data[k]` at column `indices[k]` for `indptr[r] <= k < indptr[r + 1]`. The arrays belong to
 * the receiver. Entries are as the file has them: columns need not be sorted and an explicit zero may occur.
 */
export interface CsrBlock {
  /** Row of the whole matrix at which the block begins. */
  rowStart: number;
  rows: number;
  cols: number;
  /** `rows + 1` offsets, from 0. */
  indptr: Int32Array;
  indices: Int32Array;
  data: Values;
  /**
   * Counts of the features that were set apart: `rows` × `CellSource.setApart.length`, row after row. Absent when no
   * feature was set apart.
   */
  setApart?: Float64Array;
}

/** Rows in a block when the caller does not say. */
export const DEFAULT_BLOCK_ROWS = 512;
