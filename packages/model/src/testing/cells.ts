import { below, namedRandom } from '@geneformer-ts/core';
import { sha256 } from '@geneformer-ts/core/node';
import { cellLengths, type Cells, type CellStore } from '../data/cells.js';

/** Cells from arrays of ids. */
export function cellsOf(ids: readonly (readonly number[])[]): Cells {
  const offsets = new Int32Array(ids.length + 1);
  ids.forEach((cell, i) => (offsets[i + 1] = offsets[i] + cell.length));
  return { inputIds: Int32Array.from(ids.flat()), offsets };
}

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

/** The same cells as a store, whose tokens are copied when a batch needs them. */
export function storeOf(cells: Cells): CellStore {
  const { inputIds, offsets, ...rest } = cells;
  return {
    ...rest,
    lengths: cellLengths(cells),
    copy: (cell, count, target, at) => target.set(inputIds.subarray(offsets[cell], offsets[cell] + count), at),
    digest: sha256(inputIds.join() + offsets.join()),
  };
}
