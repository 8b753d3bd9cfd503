import type { CsrBlock, Values } from './csr.js';

/** Blocks that follow each other as one. Single precision when all of them are. */
export function joinBlocks(parts: readonly CsrBlock[], rowStart: number, cols: number): CsrBlock {
  if (parts.length === 1) return { ...parts[0], rowStart, cols };
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const total = parts.reduce((sum, part) => sum + part.indices.length, 0);
  const single = parts.every((part) => part.data instanceof Float32Array);
  const indptr = new Int32Array(rows + 1);
  const indices = new Int32Array(total);
  const data: Values = single ? new Float32Array(total) : new Float64Array(total);
  let row = 0;
  let k = 0;
  for (const part of parts) {
    indices.set(part.indices, k);
    data.set(part.data, k);
    for (let r = 1; r <= part.rows; r++) indptr[row + r] = k + part.indptr[r];
    k += part.indices.length;
    row += part.rows;
  }
  return { rowStart, rows, cols, indptr, indices, data };
}
