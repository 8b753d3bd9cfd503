import { Worker } from 'node:worker_threads';
import type { CellSource, CsrBlock } from '@geneformer-ts/io';
import { WorkerError } from './errors.js';
import type { WorkPlan } from './start-work.js';

/** Rows to work on, in blocks. */
export interface BlockTask {
  from: number;
  to: number;
  blockRows: number;
  /** One byte a row, 1 for those to take; all if undefined. */
  keep: Uint8Array | undefined;
  /** The totals the file states of the rows; summed if undefined. */
  stated: Float64Array | undefined;
  /** The rows themselves, when the thread cannot read them. Handed over: the sender's arrays are empty afterwards. */
  block?: CsrBlock;
}

/** What every thread is told once. */
export interface CrewBrief {
  plan: WorkPlan;
  reopen: CellSource['reopen'];
}

/** To a thread: a task, or that there are no more. */
export type Order = BlockTask | 'finish';

/** From a thread: what came of an order, or that it could not be done and why. */
export type Answer = { done: unknown } | { failed: string };

interface Waiting {
  order: Order;
  transfer: ArrayBuffer[];
  settle: (answer: Answer) => void;
  fail: (cause: Error) => void;
}

/** Threads that take tasks as they become free. */
export class Crew<Result, Rest> {
  private readonly members: Worker[];
  private readonly idle: Worker[];
  private readonly queue: Waiting[] = [];
  private readonly working = new Map<Worker, Waiting>();
  private broken: Error | undefined;
  private dismissed = false;

  constructor(
    script: URL,
    readonly size: number,
    brief: CrewBrief,
    private readonly path: string,
  ) {
    this.members = Array.from({ length: size }, () => this.hire(script, brief));
    this.idle = [...this.members];
  }

  private hire(script: URL, brief: CrewBrief): Worker {
    const worker = new Worker(script, { workerData: brief });
    worker.on('message', (answer: Answer) => {
      this.working.get(worker)?.settle(answer);
      this.working.delete(worker);
      this.idle.push(worker);
      this.assign();
    });
    worker.on('error', (cause) => this.breakDown(cause));
    worker.on('exit', (code) => this.breakDown(new Error(`it ended with code ${code}`)));
    return worker;
  }

  /**
   * The results of a task's blocks; a message instead when the thread could not read them.
   *
   * @throws WorkerError when a thread ends, or fails on a block that it was given
   */
  async run(task: BlockTask): Promise<Result[] | string> {
    const { block } = task;
    const transfer = block ? [block.indptr.buffer, block.indices.buffer, block.data.buffer] : [];
    const answer = await this.order(task, [...new Set(transfer)] as ArrayBuffer[]);
    if ('done' in answer) return answer.done as Result[];
    if (block) throw new WorkerError(this.path, answer.failed);
    return answer.failed;
  }

  /** What each thread has gathered. Not to be called before every task is done. */
  async *finish(): AsyncGenerator<Rest> {
    for (let thread = 0; thread < this.size; thread++) {
      // The queue would give the next free thread, and each must be asked once.
      this.idle.splice(0, this.idle.length, this.members[thread]);
      const answer = await this.order('finish', []);
      if ('failed' in answer) throw new WorkerError(this.path, answer.failed);
      yield answer.done as Rest;
    }
  }

  async dismiss(): Promise<void> {
    this.dismissed = true;
    await Promise.all(this.members.map((worker) => worker.terminate()));
  }

  private order(order: Order, transfer: ArrayBuffer[]): Promise<Answer> {
    return new Promise((settle, fail) => {
      this.queue.push({ order, transfer, settle, fail });
      this.assign();
    });
  }

  private assign(): void {
    if (this.broken) {
      for (const waiting of this.queue.splice(0)) waiting.fail(this.broken);
      return;
    }
    while (this.idle.length > 0 && this.queue.length > 0) {
      const worker = this.idle.shift()!;
      const waiting = this.queue.shift()!;
      this.working.set(worker, waiting);
      worker.postMessage(waiting.order, waiting.transfer);
    }
  }

  /** A thread that is gone takes its task with it: nothing that waits can be completed. */
  private breakDown(cause: Error): void {
    if (this.dismissed) return;
    this.broken ??= new WorkerError(this.path, cause.message, { cause });
    for (const waiting of this.working.values()) waiting.fail(this.broken);
    this.working.clear();
    this.assign();
  }
}
