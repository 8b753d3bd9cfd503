import { tf } from '@geneformer-ts/engine';
import type { EncoderInput } from '../bert/encoder.js';
import { selectPositions, slotsByLength } from '../data/padded-batch.js';
import { type ReadableCells, readableSubset } from '../data/readable-cells.js';
import { encoderInput } from '../models/input.js';
import type { BertModel } from '../models/model.js';
import { readBatches, type ReadingOptions } from './read-batches.js';

/** Occurrences of tokens in cells, one entry per occurrence, in the order of cells and positions. */
export interface Occurrences {
  /** Index of the cell. */
  cells: Int32Array;
  /** Position in the cell. */
  positions: Int32Array;
  /** Token id. */
  tokens: Int32Array;
}

/** The occurrences to compute. Only their numbers are known in advance. */
export interface OccurrencePlan {
  /** Number of all occurrences. */
  total: number;
  /** 1 for each requested token id. */
  wanted: Uint8Array;
  /** The cells with occurrences. */
  readable: ReadableCells;
  /** Index of each of these cells among all cells. */
  cells: Int32Array;
  /** Index of the first occurrence of each of these cells. */
  first: Int32Array;
  /** Number of occurrences in each of these cells. */
  count: Int32Array;
  /** Returns the number of positions per row for a padded length. */
  slots: (length: number) => number;
}

/**
 * Counts the occurrences of tokens in cells.
 *
 * @param tokens token ids; default all genes
 * @param options with `specials`, special tokens count too; default false
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

/** The requested tokens in one cell. */
export interface CellOccurrences {
  /** Index of the cell. */
  cell: number;
  /** Index of its first occurrence. */
  first: number;
  positions: Int32Array;
  tokens: Int32Array;
}

/**
 * Computes values at every occurrence of a plan, batch by batch.
 *
 * @param compute returns one row of values per flat position of a batch, [positions, width]; called inside `tf.tidy`
 * @param take called once per cell with its occurrences and their rows of values
 */
export async function readOccurrences<M extends BertModel>(
  model: M,
  plan: OccurrencePlan,
  stage: string,
  options: ReadingOptions,
  compute: (reader: M, input: EncoderInput, positions: tf.Tensor1D) => tf.Tensor,
  take: (occurrences: CellOccurrences, values: Float32Array) => void,
): Promise<void> {
  const { readable, wanted, slots, cells, first, count } = plan;
  if (plan.total === 0) return;
  for await (const { reader, padded, batch } of readBatches(model, readable, stage, options)) {
    const perRow = slots(padded.length);
    const { positions: flat } = selectPositions(padded, perRow, (_row, _position, id) => wanted[id] - 1);
    const rows = tf.tidy(() => compute(reader, encoderInput(padded), tf.tensor1d(flat, 'int32')));
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

/** Computes values at every occurrence of a plan, and returns all occurrences and values. */
export async function collectOccurrences<M extends BertModel>(
  model: M,
  plan: OccurrencePlan,
  stage: string,
  options: ReadingOptions,
  width: number,
  compute: (reader: M, input: EncoderInput, positions: tf.Tensor1D) => tf.Tensor,
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
