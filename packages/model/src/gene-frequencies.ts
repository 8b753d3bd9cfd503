import type { ReadableCells } from './cells.js';

/**
 * Log share of each id among the genes of the cells, one added to every count; special ids get the share of a gene never seen.
 *
 * As the decoder's bias this is where masked-gene training arrives anyway after many updates: naming genes by how common they are.
 */
export function logFrequencies(
  cells: ReadableCells,
  vocabularySize: number,
  specialIds: readonly number[],
): Float32Array {
  const counts = new Float64Array(vocabularySize);
  cells.lengths.forEach((length, cell) => {
    const start = cells.offsets[cell];
    for (let at = start; at < start + length; at++) counts[cells.inputIds[at]]++;
  });
  for (const id of specialIds) counts[id] = 0;
  const total = counts.reduce((sum, count) => sum + count + 1, 0);
  return Float32Array.from(counts, (count) => Math.log((count + 1) / total));
}
