import type { UMAP } from '@geneformer-ts/analysis';
import type { Progress } from '@geneformer-ts/core';
import { CellsUnfitError } from '../errors.js';

/** A layout places cells beside each other, so that fewer have none. */
const LEAST_POINTS = 3;

/**
 * Computes a UMAP layout. Rows that are not numbers, of cells without a known gene, have none.
 *
 * @param path name of the file, for errors
 * @returns rows × 2; NaN for these rows
 * @throws CellsUnfitError if fewer than three rows are numbers
 */
export async function layoutOf(
  { rows, cols, data }: { rows: number; cols: number; data: Float32Array },
  Layout: typeof UMAP,
  path: string,
  { onProgress, signal }: { onProgress: Progress; signal: AbortSignal },
): Promise<Float32Array> {
  const usable = Array.from({ length: rows }, (_, row) => row).filter((row) => !Number.isNaN(data[row * cols]));
  if (usable.length < LEAST_POINTS) {
    throw new CellsUnfitError(
      path,
      'vectors',
      `${usable.length} cells have one`,
      `give a file with at least ${LEAST_POINTS}`,
    );
  }
  const points = new Float32Array(usable.length * cols);
  usable.forEach((row, at) => points.set(data.subarray(row * cols, (row + 1) * cols), at * cols));
  const umap = new Layout({
    nNeighbors: Math.max(2, Math.min(15, usable.length - 1)),
    onProgress: ({ stage, done, total, unit }) => onProgress({ stage: `umap ${stage}`, done, total, unit }),
    signal,
  });
  const layout = await umap.fitTransform({ rows: usable.length, cols, data: points });
  const all = new Float32Array(rows * 2).fill(NaN);
  usable.forEach((row, at) => all.set(layout.subarray(at * 2, at * 2 + 2), row * 2));
  return all;
}
