import { slotsByLength } from './asked-positions.js';
import { type ReadableCells, readableSubset } from './cells.js';
import type { BertModel } from './model.js';

/** Where wanted tokens are in cells: one row an occurrence, cells in order and positions within them. */
export interface Occurrences {
  /** Cell of each occurrence, its position there, and its token id. */
  cells: Int32Array;
  positions: Int32Array;
  tokens: Int32Array;
}

/** Occurrences to compute, counted; which they are is told as they are computed. */
export interface OccurrencePlan {
  /** Occurrences altogether. */
  total: number;
  /** 1 for each token id that is wanted. */
  wanted: Uint8Array;
  /** The cells that have some. */
  readable: ReadableCells;
  /** Of those: their index among all cells, the row of their first occurrence, and how many they have. */
  cells: Int32Array;
  first: Int32Array;
  count: Int32Array;
  /** Positions to reserve in each row of a padded length. */
  slots: (length: number) => number;
}

/**
 * Counts tokens in cells.
 *
 * @param tokens ids looked for; default: every gene. Special tokens are never found unless `specials` says so.
 */
export function planOccurrences(
  cells: ReadableCells,
  model: BertModel,
  tokens: Iterable<number> | undefined,
  { specials = false }: { specials?: boolean } = {},
): OccurrencePlan {
  const wanted = new Uint8Array(model.config.vocab_size);
  if (tokens) for (const id of tokens) wanted[id] = 1;
  else wanted.fill(1);
  if (!specials) for (const id of model.specialIds) wanted[id] = 0;

  const ids = new Int32Array(cells.lengths.reduce((most, length) => Math.max(most, length), 0));
  const perCell = cells.lengths.map((length, cell) => {
    cells.copy(cell, ids, 0);
    let found = 0;
    for (let position = 0; position < length; position++) found += wanted[ids[position]];
    return found;
  });
  const rows = Int32Array.from(perCell.keys()).filter((cell) => perCell[cell] > 0);
  const count = rows.map((cell) => perCell[cell]);
  const first = new Int32Array(rows.length);
  for (let i = 1; i < rows.length; i++) first[i] = first[i - 1] + count[i - 1];
  const readable = readableSubset(cells, rows);
  const total = count.reduce((sum, n) => sum + n, 0);
  return { total, wanted, readable, cells: rows, first, count, slots: slotsByLength(readable.lengths, count) };
}
