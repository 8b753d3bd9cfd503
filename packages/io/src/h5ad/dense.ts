import type { CsrBlock } from '../csr.js';
import { toValues } from '../hdf5/convert.js';
import type { HdfFile } from '../hdf5/file.js';
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
  let panel = new Float64Array(0) as Float32Array | Float64Array;
  for (let start = range.from; start < range.to; start += range.rows) {
    const end = Math.min(range.to, start + range.rows);
    const pieces: Piece[] = [];
    for (let row = start; row < end;) {
      if (row >= panelEnd) {
        panelStart = Math.floor(row / panelRows) * panelRows;
        panelEnd = Math.min(rows, panelStart + panelRows);
        panel = toValues(file.readNumbers(path, panelStart, panelEnd));
      }
      const stop = Math.min(end, panelEnd);
      pieces.push(nonZeros(panel.subarray((row - panelStart) * cols, (stop - panelStart) * cols), cols));
      row = stop;
    }
    yield assemble(pieces, start, end - start, cols);
  }
}

interface Piece {
  counts: Int32Array;
  indices: Int32Array;
  data: Float32Array | Float64Array;
}

function nonZeros(values: Float32Array | Float64Array, cols: number): Piece {
  const counts = new Int32Array(cols ? values.length / cols : 0);
  let total = 0;
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) total++;
  const indices = new Int32Array(total);
  const data = values instanceof Float32Array ? new Float32Array(total) : new Float64Array(total);
  let k = 0;
  for (let row = 0; row < counts.length; row++) {
    const base = row * cols;
    const before = k;
    for (let column = 0; column < cols; column++) {
      const value = values[base + column]!;
      if (value === 0) continue;
      indices[k] = column;
      data[k++] = value;
    }
    counts[row] = k - before;
  }
  return { counts, indices, data };
}

function assemble(pieces: Piece[], rowStart: number, rows: number, cols: number): CsrBlock {
  const total = pieces.reduce((sum, piece) => sum + piece.indices.length, 0);
  const single = pieces.every((piece) => piece.data instanceof Float32Array);
  const indptr = new Int32Array(rows + 1);
  const indices = new Int32Array(total);
  const data = single ? new Float32Array(total) : new Float64Array(total);
  let row = 0;
  let k = 0;
  for (const piece of pieces) {
    indices.set(piece.indices, k);
    data.set(piece.data, k);
    k += piece.indices.length;
    for (const count of piece.counts) {
      indptr[row + 1] = indptr[row]! + count;
      row++;
    }
  }
  return { rowStart, rows, cols, indptr, indices, data };
}
