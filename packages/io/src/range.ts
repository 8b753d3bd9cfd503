import { ArgumentError } from '@geneformer-ts/core';
import { DEFAULT_BLOCK_ROWS } from './csr.js';

/** Which rows of a matrix to stream, and how many at a time. */
export interface BlockOptions {
  /** Rows of a block; the last may have fewer. Default 512. */
  rows?: number;
  /** The first row. Default 0. */
  from?: number;
  /** The row behind the last. Default all. */
  to?: number;
}

/** `BlockOptions` with the defaults filled in and checked. */
export interface RowRange {
  rows: number;
  from: number;
  to: number;
}

/** @throws ArgumentError when the range does not lie in a matrix of `nObs` rows */
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
