import type { GeneSequence } from './gene-sequence.js';

/** Sequences of equal length, each with what its result belongs to. */
export interface LengthBatch<Key> {
  keys: Key[];
  sequences: GeneSequence[];
}

/**
 * Collects sequences and returns a batch as soon as enough of one length are there. It keeps at most `batchTokens` tokens per length.
 */
export class LengthBatches<Key> {
  private readonly waiting = new Map<number, LengthBatch<Key>>();

  constructor(private readonly batchTokens: number) {}

  /** Adds a sequence. Returns the batch that it completes. */
  add(key: Key, { tokens, counts }: GeneSequence): LengthBatch<Key> | undefined {
    const { length } = tokens;
    const batch = this.waiting.get(length) ?? { keys: [], sequences: [] };
    batch.keys.push(key);
    batch.sequences.push({ tokens, ...(counts && { counts }) });
    if ((batch.keys.length + 1) * length > this.batchTokens) {
      this.waiting.delete(length);
      return batch;
    }
    this.waiting.set(length, batch);
    return undefined;
  }

  /** Returns and removes the batches that are not complete. */
  rest(): LengthBatch<Key>[] {
    const batches = [...this.waiting.values()];
    this.waiting.clear();
    return batches;
  }
}

/** Returns sequences of equal length as the arrays that `readStates` takes. */
export function batchOf(sequences: readonly GeneSequence[]) {
  const { length } = sequences[0].tokens;
  const inputIds = new Int32Array(sequences.length * length);
  const counts = sequences[0].counts && new Float32Array(sequences.length * length);
  sequences.forEach((sequence, row) => {
    inputIds.set(sequence.tokens, row * length);
    if (sequence.counts) counts?.set(sequence.counts, row * length);
  });
  return { rows: sequences.length, length, inputIds, ...(counts && { counts }) };
}
