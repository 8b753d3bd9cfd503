import { ArgumentError } from '@geneformer-ts/core';
import type { BertConfig } from '../bert/config.js';
import type { SequenceBatch } from './read-states.js';

/** @throws ArgumentError unless a model can read the sequences */
export function checkSequences({ rows, length, inputIds }: SequenceBatch, config: BertConfig): void {
  const { vocab_size, max_position_embeddings } = config;
  if (!(Number.isInteger(length) && length >= 1 && length <= max_position_embeddings)) {
    throw ArgumentError.of('length', length, `a whole number from 1 to ${max_position_embeddings}`);
  }
  if (inputIds.length !== rows * length) {
    const problem = `there are ${inputIds.length} ids for ${rows} sequences of ${length} tokens`;
    throw new ArgumentError('inputIds', problem, 'give one id per token');
  }
  const outside = inputIds.find((id) => !(id >= 0 && id < vocab_size));
  if (outside !== undefined) throw ArgumentError.of('inputIds', outside, `ids from 0 to ${vocab_size - 1}`);
}

/**
 * Returns the expression levels of a batch; undefined for models that do not read them.
 *
 * @throws ArgumentError if counts are missing
 */
export function levelsOf({ counts }: SequenceBatch, config: BertConfig): Float32Array | undefined {
  if (config.expression_levels !== true) return undefined;
  if (!counts) {
    throw new ArgumentError('counts', 'are missing, but the model reads expression levels', 'give a count per token');
  }
  return counts.map(Math.log1p);
}
