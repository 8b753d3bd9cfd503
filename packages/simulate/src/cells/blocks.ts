import type { CsrBlock } from '@geneformer-ts/io';
import type { CellMaker } from './cell-maker.js';

/** Called for every row with its total count, its number of detected genes, and its ambient counts. */
export type RowListener = (row: number, total: number, genes: number, ambient: number) => void;

/** Yields all cells in blocks of `rows`, with one block in memory at a time. */
export function* makeBlocks(maker: CellMaker, rows: number, onRow: RowListener): Generator<CsrBlock> {
  const cells = maker.plan.type.length;
  const cols = maker.biology.base.length;
  const counts = new Int32Array(cols);
  // These buffers grow as needed; each block gets copies, so that the reader may keep it.
  let indices = new Int32Array(Math.ceil(rows * cols * 0.3));
  let data = new Float32Array(indices.length);
  for (let rowStart = 0; rowStart < cells; rowStart += rows) {
    const blockRows = Math.min(rows, cells - rowStart);
    const indptr = new Int32Array(blockRows + 1);
    let at = 0;
    for (let row = 0; row < blockRows; row++) {
      const ambient = maker.fill(rowStart + row, counts);
      if (at + cols > indices.length) {
        const capacity = Math.max(at + cols, 2 * indices.length);
        indices = grown(indices, new Int32Array(capacity));
        data = grown(data, new Float32Array(capacity));
      }
      let total = 0;
      for (let gene = 0; gene < cols; gene++) {
        const count = counts[gene];
        if (!count) continue;
        indices[at] = gene;
        data[at] = count;
        total += count;
        at++;
      }
      indptr[row + 1] = at;
      onRow(rowStart + row, total, at - indptr[row], ambient);
    }
    yield { rowStart, rows: blockRows, cols, indptr, indices: indices.slice(0, at), data: data.slice(0, at) };
  }
}

function grown<T extends Int32Array | Float32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
