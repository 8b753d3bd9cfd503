import { type BertModel, readStates, type SequenceStates, type StatesRequest } from '@geneformer-ts/model';
import type { GeneSequence } from '../sequence/gene-sequence.js';
import { batchOf, type LengthBatch, LengthBatches } from '../sequence/length-batches.js';

/** How sequences of a run are read. */
export interface Reading {
  model: BertModel;
  request: StatesRequest;
  /** Maximum number of tokens per batch. */
  batchTokens: number;
  signal?: AbortSignal | undefined;
}

/**
 * Reads sequences in batches of equal length, in any order of the batches, and passes on the results of each batch.
 *
 * @param sequences - each with what its result belongs to
 */
export async function readSequences<Key>(
  sequences: Iterable<readonly [Key, GeneSequence]>,
  { model, request, batchTokens, signal }: Reading,
  take: (keys: readonly Key[], states: SequenceStates) => void,
): Promise<void> {
  const batches = new LengthBatches<Key>(batchTokens);
  const read = async ({ keys, sequences: members }: LengthBatch<Key>): Promise<void> => {
    signal?.throwIfAborted();
    take(keys, await readStates(model, batchOf(members), request));
  };
  for (const [key, sequence] of sequences) {
    const full = batches.add(key, sequence);
    if (full) await read(full);
  }
  for (const batch of batches.rest()) await read(batch);
}
