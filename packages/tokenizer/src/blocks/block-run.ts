import { ArgumentError } from '@geneformer-ts/core';
import { TaskError, WorkerError, WorkerPool } from '@geneformer-ts/core/node';
import { availableParallelism } from '@geneformer-ts/core/system';
import { BlockMemory, openAnnData, type CountMatrix } from '@geneformer-ts/io';
import type { BlockFacts, BlockTask, BlockWork, ThreadBrief } from './block-work.js';
import { startWork, type WorkPlan } from './start-work.js';
import type { CellTotals } from '../counts/cell-totals.js';
import { besideThreads } from './beside-threads.js';
import { inOrder } from './in-order.js';

export interface RunOptions {
  /** Rows to read; default all. */
  rows?: { from: number; to: number };
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
/** Starting threads takes as long as tokenizing so many cells. */
const FEW_CELLS = 2048;
/** Blocks per task: enough that seeking to the middle of a file costs little. */
const BLOCKS_PER_TASK = 2;

const WORKER = new URL('./block-worker.js', import.meta.url);

/**
 * Runs work on every block of a source, in this thread or also in a pool of threads. Results come in the order of the rows and are
 * the same either way. If the file can be read from a row in the middle, each thread reads its own rows, and this thread does the same
 * while it waits; otherwise this thread reads them and sends the blocks.
 */
export class BlockRun<Result extends BlockFacts, Rest> {
  private readonly from: number;
  private readonly to: number;
  private readonly blockRows: number;
  private readonly local: BlockWork<Result, Rest>;
  private readonly memory = new BlockMemory();
  private readonly pool: WorkerPool<BlockTask | 'finish', unknown> | undefined;

  /** @throws ArgumentError when `workers` or `blockRows` is not a usable number */
  constructor(
    private readonly source: CountMatrix,
    plan: WorkPlan,
    private readonly cells: KnownCells,
    private readonly options: RunOptions,
  ) {
    ({ from: this.from, to: this.to } = rowsOf(source, options));
    this.blockRows = positive('blockRows', options.blockRows ?? BLOCK_ROWS, 1);
    // The plan decides the type of the results, which TypeScript cannot infer from it.
    this.local = startWork(plan) as BlockWork<Result, Rest>;
    const threads = threadsFor(source, this.to - this.from, this.blockRows, options);
    const workerData: ThreadBrief = { plan, reopen: source.reopen };
    this.pool = threads > 0 ? new WorkerPool(WORKER, { size: threads, workerData, job: source.path }) : undefined;
  }

  /** Yields the results of all blocks, in the order of the rows. */
  async *results(): AsyncGenerator<Result> {
    const { pool, source, options, from, to } = this;
    if (pool === undefined) {
      yield* this.inThisThread(from, to);
      return;
    }
    const ahead = 2 * pool.size;
    const there = (task: BlockTask) => this.inThread(pool, task);
    const here = ({ from, to }: BlockTask) => this.inThisThread(from, to);
    const again = (task: BlockTask) => this.asThreads(task);
    if (source.reopen !== undefined) {
      // Enough for this thread to do while the others start.
      const doing = { threads: pool.size, ahead: 3 * ahead, there, here, again };
      for await (const result of besideThreads(this.rangesToRead(), doing)) {
        // Results may have been ready before the signal came.
        options.signal?.throwIfAborted();
        yield result;
      }
      return;
    }
    for await (const results of inOrder(this.blocksToSend(), ahead, there)) {
      options.signal?.throwIfAborted();
      yield* results;
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

  /** Returns the results of a task's blocks. */
  private async inThread(pool: WorkerPool<BlockTask | 'finish', unknown>, task: BlockTask): Promise<Result[]> {
    const { block } = task;
    const memory = block ? [block.indptr.buffer, block.indices.buffer, block.data.buffer] : [];
    try {
      const results = (await pool.run(task, [...new Set(memory as ArrayBuffer[])])) as Result[];
      this.options.signal?.throwIfAborted();
      return results;
    } catch (cause) {
      if (!(cause instanceof TaskError)) throw cause;
      throw new WorkerError(this.source.path, cause.reason);
    }
  }

  /** Opens the file as a thread did: a file that was replaced has an error of its own, which a message of a thread loses. */
  private async *asThreads({ from, to }: BlockTask): AsyncGenerator<Result> {
    const { reopen } = this.source;
    if (reopen !== undefined) await (await openAnnData(reopen.path, reopen.options)).close();
    yield* this.inThisThread(from, to);
  }

  private async *inThisThread(from: number, to: number): AsyncGenerator<Result> {
    for await (const block of this.source.blocks({ rows: this.blockRows, from, to, memory: this.memory })) {
      this.options.signal?.throwIfAborted();
      yield this.local.run({ block, ...this.known(block.rowStart, block.rowStart + block.rows) });
    }
  }

  private async *blocksToSend(): AsyncGenerator<BlockTask> {
    const { blockRows, from, to } = this;
    for await (const block of this.source.blocks({ rows: blockRows, from, to })) {
      const end = block.rowStart + block.rows;
      yield { from: block.rowStart, to: end, blockRows, block, ...this.known(block.rowStart, end) };
    }
  }

  private *rangesToRead(): Generator<BlockTask> {
    const { blockRows } = this;
    const step = blockRows * BLOCKS_PER_TASK;
    for (let { from } = this; from < this.to; from += step) {
      const to = Math.min(this.to, from + step);
      yield { from, to, blockRows, ...this.known(from, to) };
    }
  }

  private known(from: number, to: number) {
    const { keep, totals } = this.cells;
    return { keep: keep?.slice(from, to), stated: totals.stated(from, to) };
  }
}

/** More threads than tasks would only wait. */
function threadsFor({ reopen }: CountMatrix, rows: number, blockRows: number, { workers }: RunOptions): number {
  if (workers !== undefined) {
    const tasks = Math.ceil(rows / (reopen === undefined ? blockRows : blockRows * BLOCKS_PER_TASK));
    return Math.min(positive('workers', workers, 0), Math.max(1, tasks));
  }
  // This thread works, too: it reads and encodes, or it reads and the threads encode.
  return rows > FEW_CELLS ? availableParallelism() - 1 : 0;
}

/** @throws ArgumentError when the option `rows` is not a range of the rows */
function rowsOf({ nObs }: CountMatrix, { rows = { from: 0, to: nObs } }: RunOptions): { from: number; to: number } {
  const { from, to } = rows;
  if (Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0 && from <= to && to <= nObs) return rows;
  throw ArgumentError.of('rows', rows, `a range of the ${nObs} rows`);
}

function positive(option: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw ArgumentError.of(option, value, `a whole number of at least ${least}`);
}
