import type { Batch } from './batches.js';
import type { ReadableCells } from './readable-cells.js';

/** Added to attention scores at padding: so low that exp() of the difference is exactly 0 in float32. */
const paddingScore = -1e9;

/** A batch as typed arrays, right-padded. */
export interface PaddedBatch {
  rows: number;
  length: number;
  /** [rows × length], `padId` at padding. */
  inputIds: Int32Array;
  /** [rows × length], 0 at tokens, a large negative number at padding; absent if every row is full. */
  mask?: Float32Array;
  /** Number of tokens per row; 0 for an empty row. */
  lengths: Int32Array;
  /** Levels of the genes [rows × length], log(1 + counts per 10,000), 0 at padding; only for models that read them. */
  levels?: Float32Array;
}

/** Copies the cells of a batch into a padded array. */
export function collate(cells: ReadableCells, batch: Batch, padId: number): PaddedBatch {
  const { rows, length } = batch;
  const inputIds = new Int32Array(rows * length).fill(padId);
  const lengths = new Int32Array(rows);
  const levels = cells.copyLevels && new Float32Array(rows * length);
  for (let row = 0; row < batch.cells.length; row++) {
    const cell = batch.cells[row];
    cells.copy(cell, inputIds, row * length);
    cells.copyLevels?.(cell, levels!, row * length);
    lengths[row] = cells.lengths[cell];
  }
  return withMask({ rows, length, inputIds, lengths, ...(levels && { levels }) });
}

/** Completes a batch with the mask of its padding. */
export function withMask(batch: Omit<PaddedBatch, 'mask'>): PaddedBatch {
  const { lengths, length } = batch;
  const isFull = lengths.every((tokens) => tokens === length);
  return { ...batch, ...(!isFull && { mask: maskOf(lengths, length) }) };
}

function maskOf(lengths: Int32Array, length: number): Float32Array {
  const mask = new Float32Array(lengths.length * length).fill(paddingScore);
  lengths.forEach((tokens, row) => mask.fill(0, row * length, row * length + tokens));
  return mask;
}

/** Some positions of a batch, the same number of slots per row. */
export interface SelectedPositions {
  /** Flat positions (row × length + position); unused slots have the first position of the row. */
  positions: Int32Array;
  /** Value of `pick` at each position; −1 in unused slots. */
  values: Int32Array;
}

/**
 * Returns the positions of a batch where `pick` returns at least 0, in order, with `slots` per row.
 *
 * @param pick gets the row, the position in the row and the token id
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
 * Returns a function from a padded length to its number of slots per row: the maximum over cells up to that length, rounded up to a
 * multiple of 8.
 *
 * @param lengths number of tokens per cell
 * @param counts number of selected positions per cell
 */
export function slotsByLength(lengths: Int32Array, counts: Int32Array): (length: number) => number {
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  const most = new Int32Array(longest + 1).fill(1);
  lengths.forEach((length, cell) => (most[length] = Math.max(most[length], counts[cell])));
  for (let length = 1; length <= longest; length++) most[length] = Math.max(most[length], most[length - 1]);
  return (length) => Math.min(length, 8 * Math.ceil(most[Math.min(length, longest)] / 8));
}
