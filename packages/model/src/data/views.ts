import { namedRandom } from '@geneformer-ts/core';
import { type PaddedBatch, withMask } from './padded-batch.js';
import type { ReadableCells } from './readable-cells.js';

/** How views of cells are drawn. */
export interface ViewOptions {
  /** Smallest probability of a token to stay. The probability of a view is drawn from this number to 1. */
  keepAtLeast: number;
  /** Number of tokens per row; longer views are truncated. */
  length: number;
  /**
   * Which tokens of a cell with more than `length` can stay: `top`, those with the highest ranks, because views are truncated; `random`,
   * all of them, because the probability to stay is lower in longer cells.
   */
  tokens: 'top' | 'random';
  padId: number;
  /** Ids of tokens that always stay. */
  specialIds: readonly number[];
}

/**
 * Returns a random view of each cell as a padded batch: every gene stays with the same probability, and the remaining genes keep their
 * order. This is how a cell with fewer counts looks. Each view depends only on `names` and its row.
 *
 * @param names first keys of the random streams, among them seed, epoch and the first group of the batch
 */
export function drawViews(
  cells: ReadableCells,
  rows: Int32Array,
  { keepAtLeast, length, tokens: which, padId, specialIds }: ViewOptions,
  names: readonly number[],
): PaddedBatch {
  const longest = rows.reduce((most, cell) => Math.max(most, cells.lengths[cell]), 0);
  const ids = new Int32Array(longest);
  const known = new Float32Array(cells.copyLevels ? longest : 0);
  const inputIds = new Int32Array(rows.length * length).fill(padId);
  const levels = cells.copyLevels && new Float32Array(inputIds.length);
  const lengths = new Int32Array(rows.length);
  rows.forEach((cell, row) => {
    const tokens = cells.lengths[cell];
    cells.copy(cell, ids, 0);
    cells.copyLevels?.(cell, known, 0);
    const random = namedRandom(...names, row);
    const most = which === 'random' ? Math.min(1, length / tokens) : 1;
    const keep = most * (keepAtLeast + (1 - keepAtLeast) * random());
    let kept = 0;
    for (let at = 0; at < tokens && kept < length; at++) {
      const stays = specialIds.includes(ids[at]) || random() < keep;
      // The last token stays if no other did, because a row needs a token.
      if (!stays && !(kept === 0 && at === tokens - 1)) continue;
      inputIds[row * length + kept] = ids[at];
      if (levels) levels[row * length + kept] = known[at];
      kept++;
    }
    lengths[row] = kept;
  });
  return withMask({ rows: rows.length, length, inputIds, lengths, ...(levels && { levels }) });
}
