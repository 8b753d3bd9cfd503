import { ArgumentError } from '@geneformer-ts/core';
import { TaskError, WorkerError, WorkerPool } from '@geneformer-ts/core/node';
import { availableParallelism } from 'node:os';
import { openAnnData, type CountMatrix } from '@geneformer-ts/io';
import type { BlockFacts, BlockTask, BlockWork, ThreadBrief } from './block-work.js';
import { startWork, type WorkPlan } from './start-work.js';
import type { CellTotals } from '../counts/cell-totals.js';
import { inOrder } from './in-order.js';

export interface RunOptions {
  blockRows?: number;
  workers?: number;
  signal?: AbortSignal;
}

/** What the obs columns say about all cells of a file. */
export interface KnownCells {
  keep: Uint8Array | undefined;
  totals: CellTotals;
}

const BLOCK_ROWS = 512;
/** Blocks per task: enough that seeking to the middle of a file costs little. */
const BLOCKS_PER_TASK = 4;

const WORKER = new URL('./block-worker.js', import.meta.url);

/**
 * Runs work on every block of a source, in this thread or in a pool of threads. Results come in the order of the rows and are
 * the same either way. If the file can be read from a row in the middle, each thread reads its own rows; otherwise this thread
 * reads them and sends the blocks.
 */
export class BlockRun<Result extends BlockFacts, Rest> {
  private readonly blockRows: number;
  private readonly local: BlockWork<Result, Rest>;
  private readonly pool: WorkerPool<BlockTask | 'finish', unknown> | undefined;

  /** @throws ArgumentError when `workers` or `blockRows` is not a usable number */
  constructor(
    private readonly source: CountMatrix,
    plan: WorkPlan,
    private readonly cells: KnownCells,
    private readonly options: RunOptions,
  ) {
    this.blockRows = positive('blockRows', options.blockRows ?? BLOCK_ROWS, 1);
    // The plan decides the type of the results, which TypeScript cannot infer from it.
    this.local = startWork(plan) as BlockWork<Result, Rest>;
    const threads = threadsFor(source, this.blockRows, options);
    const workerData: ThreadBrief = { plan, reopen: source.reopen };
    this.pool = threads > 0 ? new WorkerPool(WORKER, { size: threads, workerData, job: source.path }) : undefined;
  }

  /** Yields the results of all blocks, in the order of the rows. */
  async *results(): AsyncGenerator<Result> {
    const { pool, options } = this;
    if (pool === undefined) {
      yield* this.inThisThread(0, this.source.nObs);
      return;
    }
    const tasks = this.source.reopen === undefined ? this.blocksToSend() : this.rangesToRead();
    const runs = inOrder(tasks, 2 * pool.size, async (task) => ({ task, results: await this.inThread(pool, task) }));
    for await (const { task, results } of runs) {
      options.signal?.throwIfAborted();
      if (typeof results !== 'string') {
        yield* results;
        continue;
      }
      await this.openAsThreads();
      // Reads a failed range again here, so that the error is the same as without threads.
      yield* this.inThisThread(task.from, task.to);
      throw new WorkerError(this.source.path, results);
    }
  }

  /** Yields what each thread has collected. Call it after the last result. */
  async *rests(): AsyncGenerator<Rest> {
    yield this.local.finish();
    if (this.pool !== undefined) yield* this.pool.runOnEach('finish') as AsyncGenerator<Rest>;
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await this.pool?.close();
  }

  /** Returns the results of a task's blocks, or a message when the thread could not read them. */
  private async inThread(pool: WorkerPool<BlockTask | 'finish', unknown>, task: BlockTask): Promise<Result[] | string> {
    const { block } = task;
    const memory = block ? [block.indptr.buffer, block.indices.buffer, block.data.buffer] : [];
    try {
      return (await pool.run(task, [...new Set(memory as ArrayBuffer[])])) as Result[];
    } catch (cause) {
      if (!(cause instanceof TaskError)) throw cause;
      if (block) throw new WorkerError(this.source.path, cause.reason);
      return cause.reason;
    }
  }

  /** Opens the file as the threads did: a file that was replaced has an error of its own, which a message of a thread loses. */
  private async openAsThreads(): Promise<void> {
    const { reopen } = this.source;
    if (reopen !== undefined) await (await openAnnData(reopen.path, reopen.options)).close();
  }

  private async *inThisThread(from: number, to: number): AsyncGenerator<Result> {
    for await (const block of this.source.blocks({ rows: this.blockRows, from, to })) {
      this.options.signal?.throwIfAborted();
      yield this.local.run({ block, ...this.known(block.rowStart, block.rowStart + block.rows) });
    }
  }

  private async *blocksToSend(): AsyncGenerator<BlockTask> {
    const { blockRows } = this;
    for await (const block of this.source.blocks({ rows: blockRows })) {
      const to = block.rowStart + block.rows;
      yield { from: block.rowStart, to, blockRows, block, ...this.known(block.rowStart, to) };
    }
  }

  private *rangesToRead(): Generator<BlockTask> {
    const { blockRows } = this;
    const { nObs } = this.source;
    const step = blockRows * BLOCKS_PER_TASK;
    for (let from = 0; from < nObs; from += step) {
      const to = Math.min(nObs, from + step);
      yield { from, to, blockRows, ...this.known(from, to) };
    }
  }

  private known(from: number, to: number) {
    const { keep, totals } = this.cells;
    return { keep: keep?.slice(from, to), stated: totals.stated(from, to) };
  }
}

/** More threads than tasks would only wait. */
function threadsFor({ nObs, reopen }: CountMatrix, blockRows: number, { workers }: RunOptions): number {
  if (workers !== undefined) {
    const tasks = Math.ceil(nObs / (reopen === undefined ? blockRows : blockRows * BLOCKS_PER_TASK));
    return Math.min(positive('workers', workers, 0), Math.max(1, tasks));
  }
  const cores = availableParallelism();
  return cores > 1 && nObs > BLOCK_ROWS * BLOCKS_PER_TASK ? cores : 0;
}

function positive(option: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw ArgumentError.of(option, value, `a whole number of at least ${least}`);
}
