import type { Batch } from './batches.js';
import type { ReadableCells } from './readable-cells.js';

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

/** Some positions of a batch, the same number of slots in each row. */
export interface SelectedPositions {
  /** Flat positions (row × length + position); unused slots point at the row's first position. */
  positions: Int32Array;
  /** What `pick` gave at each; −1 in unused slots. */
  values: Int32Array;
}

/**
 * The positions of a batch where `pick` gives a value of at least 0, in order, `slots` a row.
 *
 * @param pick told row, position in the row and token id
 */
export function selectPositions(
  { rows, length, lengths, inputIds }: PaddedBatch,
  slots: number,
  pick: (row: number, position: number, id: number) => number,
): SelectedPositions {
  const positions = new Int32Array(rows * slots);
  const values = new Int32Array(rows * slots).fill(-1);
  for (let row = 0; row < rows; row++) {
    positions.fill(row * length, row * slots, (row + 1) * slots);
    let slot = row * slots;
    for (let position = 0; position < lengths[row]; position++) {
      const value = pick(row, position, inputIds[row * length + position]);
      if (value < 0) continue;
      positions[slot] = row * length + position;
      values[slot++] = value;
    }
  }
  return { positions, values };
}

/**
 * Slots to reserve in each row of a padded length: the most that a cell of that length asks for, in eights, so that every batch of a
 * length has the same shape.
 *
 * @param lengths tokens of each cell
 * @param asked positions asked for in each
 */
export function slotsByLength(lengths: Int32Array, asked: Int32Array): (length: number) => number {
  const known = new Map<number, number>();
  return (length) => {
    let slots = known.get(length);
    if (slots === undefined) {
      let most = 1;
      for (let cell = 0; cell < lengths.length; cell++) if (lengths[cell] <= length) most = Math.max(most, asked[cell]);
      slots = Math.min(length, 8 * Math.ceil(most / 8));
      known.set(length, slots);
    }
    return slots;
  };
}
