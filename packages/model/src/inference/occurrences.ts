import { tf } from '@geneformer-ts/engine';
import type { EncoderInput } from '../bert/encoder.js';
import { selectPositions, slotsByLength } from '../data/padded-batch.js';
import { type ReadableCells, readableSubset } from '../data/readable-cells.js';
import { encoderInput } from '../models/input.js';
import type { BertModel } from '../models/model.js';
import { readBatches, type ReadingOptions } from './read-batches.js';

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

/** The wanted tokens of one cell. */
export interface CellOccurrences {
  cell: number;
  /** Row of the first among all occurrences. */
  first: number;
  positions: Int32Array;
  tokens: Int32Array;
}

/**
 * Computes something at every occurrence of a plan, batch by batch.
 *
 * @param compute of a batch and flat positions in it, one row a position [positions, width]; called inside `tf.tidy`
 * @param take given each cell's occurrences once, and their rows of values
 */
export async function readOccurrences(
  model: BertModel,
  plan: OccurrencePlan,
  stage: string,
  options: ReadingOptions,
  compute: (input: EncoderInput, positions: tf.Tensor1D) => tf.Tensor,
  take: (occurrences: CellOccurrences, values: Float32Array) => void,
): Promise<void> {
  const { readable, wanted, slots, cells, first, count } = plan;
  if (plan.total === 0) return;
  for await (const { padded, batch } of readBatches(readable, model.config, stage, options)) {
    const perRow = slots(padded.length);
    const { positions: flat } = selectPositions(padded, perRow, (_row, _position, id) => wanted[id] - 1);
    const rows = tf.tidy(() => compute(encoderInput(padded), tf.tensor1d(flat, 'int32')));
    const width = rows.size / flat.length;
    const values = await rows.data<'float32'>();
    rows.dispose();
    batch.cells.forEach((index, row) => {
      const start = row * perRow;
      const own = flat.subarray(start, start + count[index]);
      take(
        {
          cell: cells[index],
          first: first[index],
          positions: own.map((at) => at - row * padded.length),
          tokens: own.map((at) => padded.inputIds[at]),
        },
        values.subarray(start * width, (start + count[index]) * width),
      );
    });
  }
}

/** The same with everything kept: where the occurrences are, and their values. */
export async function collectOccurrences(
  model: BertModel,
  plan: OccurrencePlan,
  stage: string,
  options: ReadingOptions,
  width: number,
  compute: (input: EncoderInput, positions: tf.Tensor1D) => tf.Tensor,
): Promise<Occurrences & { values: Float32Array }> {
  const empty = () => new Int32Array(plan.total);
  const found = { cells: empty(), positions: empty(), tokens: empty(), values: new Float32Array(plan.total * width) };
  await readOccurrences(model, plan, stage, options, compute, ({ cell, first, positions, tokens }, values) => {
    found.cells.fill(cell, first, first + tokens.length);
    found.positions.set(positions, first);
    found.tokens.set(tokens, first);
    found.values.set(values, first * width);
  });
  return found;
}
