import type { BinnedMatrix } from './binned-matrix.js';

/** Rows that one chunk turns. */
export const ROWS_A_CHUNK = 512;

/** A row's bins side by side, `[row * cols + col]`: what a node of few rows reads, of which a column's lines would each hold one. */
export function turnBins({ binned, rowBins }: { binned: BinnedMatrix; rowBins: Uint8Array }): (chunk: number) => void {
  const { rows, cols, bins } = binned;
  return (chunk) => {
    const first = chunk * ROWS_A_CHUNK;
    const last = Math.min(first + ROWS_A_CHUNK, rows);
    for (let block = first; block < last; block += 32) {
      const end = Math.min(block + 32, last);
      for (let col = 0; col < cols; col++) {
        const column = col * rows;
        for (let row = block; row < end; row++) rowBins[row * cols + col] = bins[column + row]!;
      }
    }
  };
}
