import { ArgumentError, checkOptions, type OptionNames } from '@geneformer-ts/core';
import { ReadMemory } from './numbers.js';

/** Stored values of a matrix: single precision if it represents the source's type exactly, else double. */
export type Values = Float32Array | Float64Array;

/**
 * Consecutive rows (cells) of a matrix in compressed sparse row form.
 *
 * Row `r` of the block has the value `data[k]` in column `indices[k]` for `indptr[r] <= k < indptr[r + 1]`. The receiver
 * owns the arrays, unless it gave memory for them. Entries have the order of the file: columns may be unsorted, and explicit zeros may occur.
 */
export interface CsrBlock {
  /** Row of the matrix at which the block begins. */
  rowStart: number;
  rows: number;
  cols: number;
  /** `rows + 1` offsets, from 0. */
  indptr: Int32Array;
  indices: Int32Array;
  data: Values;
  /**
   * Counts of the features that were set apart, in row-major order: `rows` × `CountMatrix.setApart.length`. Undefined when no
   * feature was set apart.
   */
  setApart?: Float64Array;
}

/**
 * Memory for the arrays of a block. New memory for every block takes a fifth of the time of reading, so a receiver that keeps nothing of a
 * block gives the same memory for all of them.
 *
 * ```ts
 * const memory = new BlockMemory();
 * let largest = 0;
 * for await (const { data } of cells.blocks({ memory })) for (const value of data) largest = Math.max(largest, value);
 * ```
 */
export class BlockMemory {
  readonly indices = new ReadMemory();
  readonly data = new ReadMemory();
}

/** Rows per block by default. */
const DEFAULT_BLOCK_ROWS = 512;

/** Rows of a matrix to stream, and their number per block. */
export interface BlockOptions {
  /** Rows per block; the last block may have fewer. Default 512. */
  rows?: number;
  /** First row. Default 0. */
  from?: number;
  /** Row after the last one. Default: the number of rows. */
  to?: number;
  /** Memory that the blocks may use: the next block that is read into the same memory overwrites a block. Default: new memory. */
  memory?: BlockMemory;
}

const blockOptionNames: OptionNames<BlockOptions> = { rows: true, from: true, to: true, memory: true };

/** Checked `BlockOptions` with their defaults. */
export interface RowRange {
  rows: number;
  from: number;
  to: number;
  memory?: BlockMemory | undefined;
}

/** Adds the defaults. @throws ArgumentError when the range is not within a matrix of `nObs` rows */
export function rowRange(options: BlockOptions = {}, nObs: number): RowRange {
  checkOptions('blocks', options, blockOptionNames);
  const { rows = DEFAULT_BLOCK_ROWS, from = 0, to = nObs, memory } = options;
  if (!Number.isSafeInteger(rows) || rows < 1) {
    throw new ArgumentError('blocks.rows', `${rows} is not a number of rows`, 'use an integer of at least 1');
  }
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || from > to || to > nObs) {
    throw new ArgumentError(
      'blocks.from, blocks.to',
      `${from} to ${to} is not a range of the ${nObs} rows`,
      'use integers with 0 <= from <= to <= nObs',
    );
  }
  return { rows, from, to, memory };
}

/** Joins consecutive blocks. The result has single precision if all blocks do. */
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
