import { ArgumentError } from '@geneformer-ts/core';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { CellSource } from '@geneformer-ts/io';
import type { BlockFacts, BlockWork } from './block-work.js';
import { startWork, type WorkPlan } from './start-work.js';
import type { CellTotals } from './cell-totals.js';
import { Crew, type BlockTask } from './crew.js';
import { WorkerError } from './errors.js';
import { inOrder } from './in-order.js';

export interface RunOptions {
  blockRows?: number;
  workers?: number;
  signal?: AbortSignal;
}

/** What obs says of all cells of the file. */
export interface KnownCells {
  keep: Uint8Array | undefined;
  totals: CellTotals;
}

const BLOCK_ROWS = 512;
/** Blocks a thread takes at once: enough that reading from the middle of a file costs little. */
const BLOCKS_A_TASK = 4;

const WORKER = new URL('./block-worker.js', import.meta.url);

/**
 * Some work on every block of a source, in this thread or in a crew of threads; the results come in the order of the rows
 * either way, and are the same. Where rows in the middle of a file can be read, each thread reads its own; otherwise this
 * thread reads and hands the blocks on.
 */
export class BlockRun<Result extends BlockFacts, Rest> {
  private readonly blockRows: number;
  private readonly local: BlockWork<Result, Rest>;
  private readonly crew: Crew<Result, Rest> | undefined;

  /** @throws ArgumentError when `workers` or `blockRows` is not a usable number */
  constructor(
    private readonly source: CellSource,
    plan: WorkPlan,
    private readonly cells: KnownCells,
    private readonly options: RunOptions,
  ) {
    this.blockRows = positive('blockRows', options.blockRows ?? BLOCK_ROWS, 1);
    // The plan decides what comes out, which the type of a plan cannot say.
    this.local = startWork(plan) as BlockWork<Result, Rest>;
    const threads = threadsFor(source, options);
    this.crew = threads > 0 ? new Crew(WORKER, threads, { plan, reopen: source.reopen }, source.path) : undefined;
  }

  async *results(): AsyncGenerator<Result> {
    const { crew, options } = this;
    if (crew === undefined) {
      yield* this.inThisThread(0, this.source.nObs);
      return;
    }
    const tasks = this.source.reopen === undefined ? this.blocksToSend() : this.rangesToRead();
    const runs = inOrder(tasks, 2 * crew.size, async (task) => ({ task, results: await crew.run(task) }));
    for await (const { task, results } of runs) {
      options.signal?.throwIfAborted();
      if (typeof results !== 'string') {
        yield* results;
        continue;
      }
      // What a thread could not read is read again here, so that the error is the one that a single thread meets.
      yield* this.inThisThread(task.from, task.to);
      throw new WorkerError(this.source.path, results);
    }
  }

  /** What is left of the work when all results have come, a part a thread. */
  async *rests(): AsyncGenerator<Rest> {
    yield this.local.finish();
    if (this.crew !== undefined) yield* this.crew.finish();
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await this.crew?.dismiss();
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
    const step = blockRows * BLOCKS_A_TASK;
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

function threadsFor({ nObs }: CellSource, { workers }: RunOptions): number {
  // Beside the TypeScript sources, as in tests, there is no script that a thread could run.
  if (!existsSync(fileURLToPath(WORKER))) return 0;
  if (workers !== undefined) return positive('workers', workers, 0);
  const cores = availableParallelism();
  return cores > 1 && nObs > BLOCK_ROWS * BLOCKS_A_TASK ? cores : 0;
}

function positive(option: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw ArgumentError.of(option, value, `a whole number of at least ${least}`);
}
