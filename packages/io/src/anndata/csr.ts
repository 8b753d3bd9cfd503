import { ArgumentError } from '@geneformer-ts/core';

/** Stored values of a matrix: single precision where that is exact for the source's type, else double. */
export type Values = Float32Array | Float64Array;

/**
 * Consecutive rows (cells) of a matrix in compressed sparse row form.
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

/** Rows per block by default. */
const DEFAULT_BLOCK_ROWS = 512;

/** Which rows of a matrix to stream, and how many at a time. */
export interface BlockOptions {
  /** Rows per block; the last block may have fewer. Default 512. */
  rows?: number;
  /** The first row. Default 0. */
  from?: number;
  /** The row after the last one. Default: all rows. */
  to?: number;
}

/** `BlockOptions` with the defaults filled in and checked. */
export interface RowRange {
  rows: number;
  from: number;
  to: number;
}

/** Fills in the defaults. @throws ArgumentError when the range is not within a matrix of `nObs` rows */
export function rowRange(options: BlockOptions | undefined, nObs: number): RowRange {
  const { rows = DEFAULT_BLOCK_ROWS, from = 0, to = nObs } = options ?? {};
  if (!Number.isSafeInteger(rows) || rows < 1) {
    throw new ArgumentError('blocks.rows', `${rows} is not a number of rows`, 'give a whole number from 1');
  }
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || from > to || to > nObs) {
    throw new ArgumentError(
      'blocks.from, blocks.to',
      `${from} to ${to} is not a range of the ${nObs} rows`,
      'give whole numbers with 0 <= from <= to <= nObs',
    );
  }
  return { rows, from, to };
}

/** Joins consecutive blocks to one. Its values are single precision if those of all blocks are. */
export function joinBlocks(parts: readonly CsrBlock[], rowStart: number, cols: number): CsrBlock {
  if (parts.length === 1) return { ...parts[0], rowStart, cols };
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const total = parts.reduce((sum, part) => sum + part.indices.length, 0);
  const single = parts.every((part) => part.data instanceof Float32Array);
  const indptr = new Int32Array(rows + 1);
  const indices = new Int32Array(total);
  const data: Values = single ? new Float32Array(total) : new Float64Array(total);
  let row = 0;
  let k = 0;
  for (const part of parts) {
    indices.set(part.indices, k);
    data.set(part.data, k);
    for (let r = 1; r <= part.rows; r++) indptr[row + r] = k + part.indptr[r];
    k += part.indices.length;
    row += part.rows;
  }
  return { rowStart, rows, cols, indptr, indices, data };
}
