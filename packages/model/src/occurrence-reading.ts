import { tf } from '@geneformer-ts/engine';
import { askPositions } from './asked-positions.js';
import { encoderInput } from './batch-input.js';
import type { EncoderInput } from './encoder.js';
import type { BertModel } from './model.js';
import type { OccurrencePlan, Occurrences } from './occurrences.js';
import { readBatches, type ReadingOptions } from './reading.js';

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
    const { positions: flat } = askPositions(padded, perRow, (_row, _position, id) => wanted[id] - 1);
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
