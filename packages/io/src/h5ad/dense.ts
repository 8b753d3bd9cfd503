import type { CsrBlock, Values } from '../csr.js';
import { toValues } from '../hdf5/convert.js';
import type { HdfFile } from '../hdf5/file.js';
import { joinBlocks } from '../join-blocks.js';
import type { RowRange } from '../range.js';
import type { MatrixLocation } from './locate.js';

/** Elements of the dense matrix held at once, unless one row of its chunks is larger. */
const PANEL = 1 << 22;

/**
 * Streams a dense matrix, dropping its zeros. It is read in panels that hold whole chunks, so that no chunk is unpacked
 * twice, and cut into blocks from there.
 */
export function* denseRows(file: HdfFile, matrix: MatrixLocation, range: RowRange): Generator<CsrBlock> {
  const { path, rows, cols } = matrix;
  const chunkRows = file.metadata(path).chunks?.[0] ?? 1;
  const panelRows = Math.max(1, Math.floor(PANEL / Math.max(1, cols) / chunkRows)) * chunkRows;
  let panelStart = 0;
  let panelEnd = 0;
  let panel: Values = new Float64Array(0);
  for (let start = range.from; start < range.to; start += range.rows) {
    const end = Math.min(range.to, start + range.rows);
    const parts: CsrBlock[] = [];
    for (let row = start; row < end;) {
      if (row >= panelEnd) {
        panelStart = Math.floor(row / panelRows) * panelRows;
        panelEnd = Math.min(rows, panelStart + panelRows);
        panel = toValues(file.readNumbers(path, panelStart, panelEnd));
      }
      const stop = Math.min(end, panelEnd);
      const values = panel.subarray((row - panelStart) * cols, (stop - panelStart) * cols);
      parts.push(nonZeros(values, row, stop - row, cols));
      row = stop;
    }
    yield joinBlocks(parts, start, cols);
  }
}

function nonZeros(values: Values, rowStart: number, rows: number, cols: number): CsrBlock {
  let total = 0;
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) total++;
  const indptr = new Int32Array(rows + 1);
  const indices = new Int32Array(total);
  const data = values instanceof Float32Array ? new Float32Array(total) : new Float64Array(total);
  let k = 0;
  for (let row = 0; row < rows; row++) {
    const base = row * cols;
    for (let column = 0; column < cols; column++) {
      const value = values[base + column];
      if (value === 0) continue;
      indices[k] = column;
      data[k++] = value;
    }
    indptr[row + 1] = k;
  }
  return { rowStart, rows, cols, indptr, indices, data };
}
