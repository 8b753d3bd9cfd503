import type { CsrBlock } from '@geneformer-ts/io';
import type { CellMaker } from './cell-maker.js';

/** Told of every row as it is made: its total, its genes with a count, and its ambient counts. */
export type RowListener = (row: number, total: number, genes: number, ambient: number) => void;

/** Makes all cells in blocks of `rows`, holding one block at a time. */
export function* makeBlocks(maker: CellMaker, rows: number, onRow: RowListener): Generator<CsrBlock> {
  const cells = maker.plan.type.length;
  const cols = maker.biology.base.length;
  const counts = new Int32Array(cols);
  // Grows to what a block needs; a block hands out copies, so that the reader may keep it.
  let indices = new Int32Array(Math.ceil(rows * cols * 0.3));
  let data = new Float32Array(indices.length);
  for (let rowStart = 0; rowStart < cells; rowStart += rows) {
    const blockRows = Math.min(rows, cells - rowStart);
    const indptr = new Int32Array(blockRows + 1);
    let at = 0;
    for (let row = 0; row < blockRows; row++) {
      const ambient = maker.fill(rowStart + row, counts);
      if (at + cols > indices.length) {
        const room = Math.max(at + cols, 2 * indices.length);
        indices = grown(indices, new Int32Array(room));
        data = grown(data, new Float32Array(room));
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
