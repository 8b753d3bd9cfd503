import { ForkJoinPool } from '@geneformer-ts/core/node';
import { binColumns } from '../trees/bin-columns.js';
import { growForestTree } from '../trees/forest-tree.js';
import { gradientColumns, logisticRows } from '../linear/logistic-loss.js';
import { fitMachine } from '../svm/squared-hinge.js';
import { searchBlock } from '../trees/split-search.js';
import { fillLists, transposeBins } from '../trees/bin-layouts.js';

/** Tasks of a fit that threads can run, by name. */
export const tasks = {
  'bin-columns': binColumns,
  'list-columns': fillLists,
  'transpose-bins': transposeBins,
  'forest-tree': growForestTree,
  'search-splits': searchBlock,
  'logistic-rows': logisticRows,
  'gradient-columns': gradientColumns,
  'svm-machine': fitMachine,
} as const;

/** Threads of a fit, including the calling thread. */
export type FitThreads = ForkJoinPool<typeof tasks>;

const PROGRAM = new URL('./fit-thread.js', import.meta.url);

/**
 * Returns threads for one fit; release them after it. Results are bit-identical for any number of threads.
 *
 * @param nJobs number of threads, including the calling thread
 * @throws ArgumentError when `nJobs` is not a whole number of at least 1
 */
export function fitThreads(nJobs: number): FitThreads {
  return ForkJoinPool.acquire(PROGRAM, tasks, nJobs);
}
