import type { CsrMatrix } from '@geneformer-ts/core';
import type { CountMatrix } from './count-matrix.js';
import { type BlockOptions, type CsrBlock, rowRange } from './csr.js';
import type { NumberMatrix } from './element.js';

/** Returns a matrix in memory with the cells and genes of another one. */
export function inMemory(
  matrix: NumberMatrix | CsrMatrix,
  { path, format, nObs, nVars, obs, var: genes }: CountMatrix,
): CountMatrix {
  const blocks = async function* (options?: BlockOptions): AsyncGenerator<CsrBlock> {
    const { rows, from, to } = rowRange(options, nObs);
    for (let start = from; start < to; start += rows) {
      yield Promise.resolve(blockOf(matrix, start, Math.min(to, start + rows)));
    }
  };
  return { path, format, nObs, nVars, obs, var: genes, blocks, close: () => Promise.resolve() };
}

function blockOf(matrix: NumberMatrix | CsrMatrix, from: number, to: number): CsrBlock {
  const head = { rowStart: from, rows: to - from, cols: matrix.cols };
  if ('indptr' in matrix) {
    const [start, end] = [matrix.indptr[from], matrix.indptr[to]];
    const indptr = matrix.indptr.slice(from, to + 1).map((at) => at - start);
    const data = matrix.data.slice(start, end) as CsrBlock['data'];
    return { ...head, indptr, indices: matrix.indices.slice(start, end), data };
  }
  const indptr = new Int32Array(to - from + 1);
  const places: number[] = [];
  for (let row = from; row < to; row++) {
    for (let at = row * matrix.cols; at < (row + 1) * matrix.cols; at++) if (matrix.data[at] !== 0) places.push(at);
    indptr[row - from + 1] = places.length;
  }
  const data = matrix.data instanceof Float32Array ? new Float32Array(places.length) : new Float64Array(places.length);
  places.forEach((at, i) => (data[i] = matrix.data[at]));
  return { ...head, indptr, indices: Int32Array.from(places, (at) => at % matrix.cols), data };
}
