import { below, namedRandom } from '@geneformer-ts/core';
import { sha256 } from '@geneformer-ts/core/node';
import { cellLengths, type Cells, type CellStore } from '../data/cells.js';

/** Returns cells with the given token ids. */
export function cellsOf(ids: readonly (readonly number[])[]): Cells {
  const offsets = new Int32Array(ids.length + 1);
  ids.forEach((cell, i) => (offsets[i + 1] = offsets[i] + cell.length));
  return { inputIds: Int32Array.from(ids.flat()), offsets };
}

/** Returns cells of two classes that differ in their top-ranked genes, with labels. Ids 4 … 33, lengths 6 … 20. */
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

/** Size of the vocabulary of the toy cells. */
export const toyVocabularySize = 34;

/** Returns the same cells as a store. */
export function storeOf(cells: Cells): CellStore {
  const { inputIds, offsets, counts, ...rest } = cells;
  return {
    ...rest,
    lengths: cellLengths(cells),
    copy: (cell, count, target, at) => target.set(inputIds.subarray(offsets[cell], offsets[cell] + count), at),
    ...(counts && {
      copyCounts: (cell: number, count: number, target: Float32Array, at: number) =>
        target.set(counts.subarray(offsets[cell], offsets[cell] + count), at),
    }),
    digest: sha256(inputIds.join() + offsets.join()),
  };
}
