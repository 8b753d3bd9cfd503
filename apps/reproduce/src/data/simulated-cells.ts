/** Writes the simulated cells of the study and, in a thread of its own at the same time, those of the corpus. */
import type { Progress } from '@geneformer-ts/core';
import { WorkerPool } from '@geneformer-ts/core/node';
import { writeThymus, type ThymusOptions } from '@geneformer-ts/simulate';

/** One file to write. */
export interface ThymusOrder {
  file: string;
  options: ThymusOptions;
}

/**
 * Writes one or two simulations. Each depends on its own options alone, so the files are the same as one after the other.
 * @param onProgress follows the first one; both have about as many cells
 */
export async function writeSimulated(
  first: ThymusOrder,
  second: ThymusOrder | undefined,
  onProgress: Progress,
): Promise<void> {
  const program = new URL('./simulated-cells-thread.js', import.meta.url);
  const pool = second && new WorkerPool<ThymusOrder, void>(program, { size: 1, job: 'simulation of the corpus' });
  try {
    const other = second && pool?.run(second);
    await Promise.all([writeThymus(first.file, { ...first.options, onProgress }), other]);
  } finally {
    await pool?.close();
  }
}
