import { tf } from '@geneformer-ts/engine';
import { type AnyCells, readableCells } from './cells.js';
import { classifierInput } from './classifier-input.js';
import type { FrozenStates } from './frozen-states.js';
import type { PooledModel } from './pooled-model.js';
import { readBatches, type ReadingOptions } from './reading.js';

export interface OutputOptions extends ReadingOptions {
  /** Output of the model's frozen part for these cells, computed before: only what is above it is computed. */
  frozenStates?: FrozenStates;
}

/** Outputs of the head for every cell [cells × labels], in their order, after `finish`. */
export async function readOutputs(
  model: PooledModel,
  cells: AnyCells,
  { frozenStates, ...options }: OutputOptions,
  finish: (outputs: tf.Tensor2D) => tf.Tensor,
): Promise<Float32Array> {
  const readable = readableCells(cells, model.cellsContract, options.maxLength);
  await frozenStates?.check(model, readable);
  const columns = model.labels.length;
  const results = new Float32Array(readable.lengths.length * columns);
  for await (const { padded, batch } of readBatches(readable, model.config, 'predict', options)) {
    const outputs = tf.tidy(() => {
      if (frozenStates?.pooled) return finish(model.headLogits(frozenStates.at(padded, batch)));
      const input = classifierInput(padded, model.pooling, model.specialIds);
      const from = frozenStates && { layer: frozenStates.layer, state: frozenStates.at(padded, batch) };
      return finish(model.logits(input, { ...(from && { from }) }));
    });
    const values = await outputs.data<'float32'>();
    outputs.dispose();
    batch.cells.forEach((cell, row) => {
      results.set(values.subarray(row * columns, (row + 1) * columns), cell * columns);
    });
  }
  return results;
}

/** The names of the cells, where they have some, as a part of a result. */
export function namesOf({ cellIds }: AnyCells): { cellIds?: string[] } {
  return cellIds ? { cellIds: [...cellIds] } : {};
}
