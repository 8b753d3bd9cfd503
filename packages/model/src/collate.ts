import type { Batch } from './batches.js';
import type { ReadableCells } from './cells.js';

/** Added to attention scores at padding: far enough that exp() of the difference is exactly 0 in float32. */
const paddingScore = -1e9;

/** A batch as typed arrays, right-padded. */
export interface PaddedBatch {
  rows: number;
  length: number;
  /** [rows × length], `padId` where there is no token. */
  inputIds: Int32Array;
  /** [rows × length], 0 at tokens, very negative at padding. */
  mask: Float32Array;
  /** Tokens of each row; 0 for an empty row. */
  lengths: Int32Array;
}

/** Copies the batch's cells into one padded array. */
export function collate(cells: ReadableCells, batch: Batch, padId: number): PaddedBatch {
  const { rows, length } = batch;
  const inputIds = new Int32Array(rows * length).fill(padId);
  const mask = new Float32Array(rows * length).fill(paddingScore);
  const lengths = new Int32Array(rows);
  for (let row = 0; row < batch.cells.length; row++) {
    const cell = batch.cells[row];
    const tokens = cells.lengths[cell];
    cells.copy(cell, inputIds, row * length);
    mask.fill(0, row * length, row * length + tokens);
    lengths[row] = tokens;
  }
  return { rows, length, inputIds, mask, lengths };
}
