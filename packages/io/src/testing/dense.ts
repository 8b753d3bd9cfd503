import type { CsrBlock } from '../anndata/csr.js';

/** Joins all blocks and returns their rows as plain numbers. Fails when blocks are not consecutive. */
export async function denseRows(blocks: AsyncIterable<CsrBlock> | Iterable<CsrBlock>): Promise<number[][]> {
  const rows: number[][] = [];
  for await (const block of blocks) {
    if (block.rowStart !== rows.length) throw new Error(`block at ${block.rowStart} where ${rows.length} is next`);
    for (let r = 0; r < block.rows; r++) {
      const row = new Array<number>(block.cols).fill(0);
      for (let k = block.indptr[r]; k < block.indptr[r + 1]; k++) row[block.indices[k]] += block.data[k];
      rows.push(row);
    }
  }
  return rows;
}

/** Yields rows of plain numbers as blocks of one row each. */
export function* blocksOf(rows: readonly number[][], cols: number): Generator<CsrBlock> {
  for (const [rowStart, row] of rows.entries()) {
    const indices = Int32Array.from(row.flatMap((value, i) => (value === 0 ? [] : [i])));
    yield {
      rowStart,
      rows: 1,
      cols,
      indptr: Int32Array.of(0, indices.length),
      indices,
      data: Float32Array.from(indices, (i) => row[i]),
    };
  }
}
