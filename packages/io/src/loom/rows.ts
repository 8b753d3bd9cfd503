import type { CsrBlock, Values } from '../csr.js';
import { toValues } from '../hdf5/convert.js';
import type { HdfFile } from '../hdf5/file.js';
import { joinBlocks } from '../join-blocks.js';
import type { RowRange } from '../range.js';

/** Elements of the matrix held at once, unless one column of its chunks is larger. */
const PANEL = 1 << 22;

/**
 * Streams a dense genes x cells matrix as rows of cells without its zeros. Some cells of all genes are read at a time, in
 * whole chunks, so that no chunk is unpacked twice.
 */
export function* cellRows(file: HdfFile, path: string, genes: number, range: RowRange): Generator<CsrBlock> {
  const cells = file.shape(path)[1];
  const chunk = file.metadata(path).chunks?.[1] ?? 1;
  const width = Math.max(1, Math.floor(PANEL / Math.max(1, genes) / chunk)) * chunk;
  let panel: Panel = { start: 0, end: 0, values: new Float32Array(0) };
  for (let start = range.from; start < range.to; start += range.rows) {
    const end = Math.min(range.to, start + range.rows);
    const parts: CsrBlock[] = [];
    for (let cell = start; cell < end;) {
      if (cell >= panel.end || cell < panel.start) {
        const from = Math.floor(cell / width) * width;
        const to = Math.min(cells, from + width);
        panel = { start: from, end: to, values: toValues(file.readColumns(path, from, to)) };
      }
      const stop = Math.min(end, panel.end);
      parts.push(transpose(panel, genes, cell, stop));
      cell = stop;
    }
    yield joinBlocks(parts, start, genes);
  }
}

/** Cells `start` to `end` of all genes, gene after gene. */
interface Panel {
  start: number;
  end: number;
  values: Values;
}

/** Cells `from` to `to` of the panel as rows: counted first, then filled, in two walks through memory in its own order. */
function transpose({ start, end, values }: Panel, genes: number, from: number, to: number): CsrBlock {
  const stride = end - start;
  const rows = to - from;
  const indptr = new Int32Array(rows + 1);
  for (let gene = 0; gene < genes; gene++) {
    const base = gene * stride + from - start;
    for (let r = 0; r < rows; r++) if (values[base + r] !== 0) indptr[r + 1]++;
  }
  for (let r = 0; r < rows; r++) indptr[r + 1] += indptr[r];
  const total = indptr[rows];
  const next = indptr.slice();
  const indices = new Int32Array(total);
  const data = values instanceof Float32Array ? new Float32Array(total) : new Float64Array(total);
  for (let gene = 0; gene < genes; gene++) {
    const base = gene * stride + from - start;
    for (let r = 0; r < rows; r++) {
      const value = values[base + r];
      if (value === 0) continue;
      const k = next[r]++;
      indices[k] = gene;
      data[k] = value;
    }
  }
  return { rowStart: from, rows, cols: genes, indptr, indices, data };
}
