import type { CsrBlock } from './csr.js';

/** The blocks with only the columns `chosen` of their `cols`, numbered anew in that order. */
export function* selectColumns(blocks: Iterable<CsrBlock>, chosen: Int32Array, cols: number): Generator<CsrBlock> {
  const place = new Int32Array(cols).fill(-1);
  chosen.forEach((column, at) => {
    place[column] = at;
  });
  for (const block of blocks) {
    const { indices, data, indptr } = block;
    let kept = 0;
    let k = 0;
    // In place: a block belongs to whoever receives it, and nothing is written before it has been read.
    for (let row = 0; row < block.rows; row++) {
      for (const end = indptr[row + 1]!; k < end; k++) {
        const column = place[indices[k]!]!;
        if (column < 0) continue;
        indices[kept] = column;
        data[kept++] = data[k]!;
      }
      indptr[row + 1] = kept;
    }
    yield { ...block, cols: chosen.length, indices: indices.slice(0, kept), data: data.slice(0, kept) };
  }
}
