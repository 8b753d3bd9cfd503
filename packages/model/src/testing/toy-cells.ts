import { below, namedRandom } from '@geneformer-ts/core';
import type { Cells } from '../cells.js';
import { cellsOf } from './cells-of.js';

/** Cells of two kinds that differ in the genes they rank first; labels say which. Ids 4 … 33, lengths 6 … 20. */
export function toyCells(count: number, seed = 1): { cells: Cells; labels: Int32Array } {
  const random = namedRandom(seed, 77);
  const labels = Int32Array.from({ length: count }, (_, i) => i % 2);
  const ids = Array.from(labels, (label) => {
    const first = Array.from({ length: 3 }, () => 4 + 10 * label + below(random, 10));
    const rest = Array.from({ length: 3 + below(random, 15) }, () => 4 + below(random, 30));
    return [...first, ...rest];
  });
  return { cells: cellsOf(ids), labels };
}

/** Ids of the toy cells' vocabulary. */
export const toyVocabularySize = 34;
