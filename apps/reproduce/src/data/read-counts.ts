import type { Progress } from '@geneformer-ts/core';
import { openCells } from '@geneformer-ts/io';
import type { CsrMatrix } from '@geneformer-ts/baselines';

/** Raw counts of some cells (cells × genes), in the requested order, and the total of each cell over all genes. */
export interface Counts {
  matrix: CsrMatrix;
  totals: Float64Array;
}

/**
 * Reads some rows of a counts file; only these are kept in memory.
 * @param rows row numbers in ascending order
 */
export async function readCounts(file: string, rows: readonly number[], progress: Progress): Promise<Counts> {
  const source = await openCells(file);
  try {
    const wanted = new Uint8Array(source.nObs);
    for (const row of rows) wanted[row] = 1;
    const parts: { indices: Int32Array; data: Float32Array }[] = [];
    const indptr = new Int32Array(rows.length + 1);
    const totals = new Float64Array(rows.length);
    let kept = 0;
    for await (const block of source.blocks()) {
      for (let row = 0; row < block.rows; row++) {
        if (!wanted[block.rowStart + row]) continue;
        const [from, to] = [block.indptr[row], block.indptr[row + 1]];
        const data = Float32Array.from(block.data.subarray(from, to));
        parts.push({ indices: block.indices.slice(from, to), data });
        indptr[kept + 1] = indptr[kept] + data.length;
        totals[kept++] = data.reduce((sum, count) => sum + count, 0);
      }
      progress({ stage: 'read', done: block.rowStart + block.rows, total: source.nObs, unit: 'cells' });
    }
    const indices = new Int32Array(indptr[kept]);
    const data = new Float32Array(indptr[kept]);
    parts.forEach((part, row) => {
      indices.set(part.indices, indptr[row]);
      data.set(part.data, indptr[row]);
    });
    return { matrix: { rows: kept, cols: source.nVars, indptr, indices, data }, totals };
  } finally {
    await source.close();
  }
}
