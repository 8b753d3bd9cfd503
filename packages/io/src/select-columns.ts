import type { CsrBlock } from './csr.js';
import type { ColumnChoice } from './features/choice.js';

/**
 * Streams the blocks with their columns where `choice` places them. Counts of columns that share a place are summed;
 * counts of those without one are added up by cell and kind in `setApart`.
 */
export async function* selectColumns(blocks: AsyncIterable<CsrBlock>, choice: ColumnChoice): AsyncGenerator<CsrBlock> {
  const { placeOf, columns, kinds, summed } = choice;
  const seen = new Int32Array(summed ? columns : 0);
  for await (const block of blocks) {
    const { indices, data, indptr, rows } = block;
    const setApart = new Float64Array(rows * kinds);
    seen.fill(-1);
    let kept = 0;
    let k = 0;
    // In place: a block belongs to whoever receives it, and nothing is written before it has been read.
    for (let row = 0; row < rows; row++) {
      const start = kept;
      for (const end = indptr[row + 1]; k < end; k++) {
        const column = placeOf[indices[k]];
        if (column < 0) {
          setApart[row * kinds - 1 - column] += data[k];
          continue;
        }
        if (summed) {
          const before = seen[column];
          if (before >= start) {
            data[before] += data[k];
            continue;
          }
          seen[column] = kept;
        }
        indices[kept] = column;
        data[kept++] = data[k]!;
      }
      indptr[row + 1] = kept;
    }
    yield {
      ...block,
      cols: columns,
      indices: indices.slice(0, kept),
      data: data.slice(0, kept),
      ...(kinds > 0 && { setApart }),
    };
  }
}
