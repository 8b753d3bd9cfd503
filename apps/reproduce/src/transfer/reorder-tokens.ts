/** Orders of the genes of a cell other than by rank value. */
import { shuffle } from '@geneformer-ts/core';
import { columnAsStrings, createDataset } from '@geneformer-ts/io';
import { readTokenized, type Vocabulary } from '@geneformer-ts/tokenizer';
import { PROFILE_COLUMN } from '../data/drawn-cells.js';
import { cellRandom } from './disturb.js';

/** The tokens of one cell, in the order of the dataset, and counts per 10,000 where they were kept. */
export interface CellTokens {
  tokens: Int32Array;
  counts: Float32Array | undefined;
  cellId: string;
}

/** Writes a copy of a tokenized dataset, with each cell's genes reordered and then truncated to a length. */
export async function reorderTokens(
  from: string,
  to: string,
  vocabulary: Vocabulary,
  maxLength: number,
  order: (cell: CellTokens) => Int32Array,
): Promise<{ cells: number; tokens: number }> {
  const { cells, offsets, inputIds, counts, cellIds, attributes } = await readTokenized(from);
  const lists = cellIds.map((cellId, cell) => {
    const [start, end] = [offsets[cell], offsets[cell + 1]];
    const own = { tokens: inputIds.subarray(start, end), counts: counts?.subarray(start, end), cellId };
    return order(own).subarray(0, maxLength);
  });
  const lengths = Int32Array.from(lists, ({ length }) => length);
  const newOffsets = new Int32Array(cells + 1);
  lengths.forEach((length, cell) => (newOffsets[cell + 1] = newOffsets[cell] + length));
  const values = new Int32Array(newOffsets[cells]);
  lists.forEach((list, cell) => values.set(list, newOffsets[cell]));

  const profile = attributes.get(PROFILE_COLUMN);
  const dataset = await createDataset(
    to,
    {
      input_ids: { list: 'int64' },
      length: 'int64',
      cell_id: 'string',
      ...(profile && { [PROFILE_COLUMN]: 'string' }),
    },
    {
      metadata: {
        vocabulary_version: vocabulary.version,
        vocabulary_digest: vocabulary.digest,
        median_digest: vocabulary.medianDigest,
        vocabulary_size: String(vocabulary.size),
        max_length: String(maxLength),
        special_tokens: 'false',
      },
    },
  );
  try {
    await dataset.append({
      rows: cells,
      columns: {
        input_ids: { offsets: newOffsets, values },
        length: lengths,
        cell_id: cellIds,
        ...(profile && { [PROFILE_COLUMN]: columnAsStrings(profile) }),
      },
    });
    await dataset.close();
  } catch (error) {
    await dataset.abort();
    throw error;
  }
  return { cells, tokens: values.length };
}

/**
 * Orders genes by log2 bins of their level: the highest bin first, by token within a bin. The order gives the level only to a factor of 2.
 * @param counts per 10,000, one per token
 */
export function binnedOrder(tokens: Int32Array, counts: Float32Array): Int32Array {
  const bins = counts.map((count) => Math.floor(Math.log2(count)));
  return Int32Array.from(tokens.keys())
    .sort((a, b) => bins[b] - bins[a] || tokens[a] - tokens[b])
    .map((at) => tokens[at]);
}

/** Orders genes at random, differently for each cell: the order gives no level, only the set of genes. */
export function shuffledOrder(tokens: Int32Array, cellId: string, seed: number): Int32Array {
  const shuffled = tokens.slice();
  shuffle(shuffled, cellRandom('order', seed, cellId));
  return shuffled;
}
