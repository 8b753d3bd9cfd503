import { parentPort, type Worker, workerData } from '#system';
import { startThread, threadCount } from './start-thread.js';
import { GeneformerError, messageOf } from '../errors.js';

/** Thrown when a worker thread fails or ends by itself, for a reason other than the data. */
export class WorkerError extends GeneformerError {
  readonly tag = 'WorkerError';

  constructor(
    readonly job: string,
    readonly reason: string,
    options?: { cause?: unknown },
  ) {
    super(`${job}: a worker thread failed (${reason}); run again with fewer threads`, options);
  }
}

/** Thrown when the handler of a task threw in its thread; `reason` is the message of that error. */
export class TaskError extends GeneformerError {
  readonly tag = 'TaskError';

  constructor(
    readonly job: string,
    readonly reason: string,
  ) {
    super(`${job}: ${reason}`);
  }
}

export interface WorkerPoolOptions {
  /** Number of threads; the pool starts at most four times as many as there are cores, or 8. */
  size: number;
  /** Data that every thread receives at its start. */
  workerData?: unknown;
  /** Name of the job, for messages. */
  job: string;
}

type Answer = { result: unknown } | { failure: string };

interface Waiting {
  task: unknown;
  transfer: readonly ArrayBuffer[];
  resolve: (answer: Answer) => void;
  reject: (cause: Error) => void;
}

/**
 * Threads that take tasks as they become free. Tasks and results are messages, so this thread stays responsive; for
 * many short pieces of one computation on shared memory see `ForkJoinPool`.
 *
 * @example
 * // square.js: serveTasks((task: number) => task * task)
 * const pool = new WorkerPool<number, number>(new URL('./square.js', import.meta.url), { size: 2, job: 'squares' });
 * await Promise.all([1, 2, 3].map((n) => pool.run(n))); // [1, 4, 9]
 * await pool.close();
 */
export class WorkerPool<Task, Result> {
  /** Number of threads that were started. */
  readonly size: number;
  private readonly job: string;
  private readonly threads: Worker[];
  private readonly idle: Worker[];
  private readonly queue: Waiting[] = [];
  private readonly running = new Map<Worker, Waiting>();
  private failure: Error | undefined;
  private closed = false;

  /**
   * @param program the module that the threads run; it calls `serveTasks`
   * @throws ArgumentError when `size` is not a whole number of at least 1
   */
  constructor(program: URL, { size, workerData: data, job }: WorkerPoolOptions) {
    this.size = threadCount('size', size);
    this.job = job;
    this.threads = Array.from({ length: this.size }, () => this.start(program, data));
    this.idle = [...this.threads];
  }

  /**
   * Runs one task on the next free thread.
   *
   * @param transfer memory to move to the thread instead of copying it; the sender's arrays are empty afterwards
   * @throws TaskError when the handler threw; WorkerError when a thread ended
   */
  async run(task: Task, transfer: readonly ArrayBuffer[] = []): Promise<Result> {
    return this.resultOf(await this.send(task, transfer));
  }

  /** Runs one task on every thread in turn. Call it only when no other task is running. */
  async *runOnEach(task: Task): AsyncGenerator<Result> {
    for (const thread of this.threads) {
      // The queue would give the task to the next free thread, and each must get it once.
      this.idle.splice(0, this.idle.length, thread);
      yield this.resultOf(await this.send(task, []));
    }
    this.idle.splice(0, this.idle.length, ...this.threads);
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.all(this.threads.map((thread) => thread.terminate()));
  }

  private start(program: URL, data: unknown): Worker {
    const thread = startThread(program, { workerData: data });
    thread.on('message', (answer: Answer) => {
      this.running.get(thread)?.resolve(answer);
      this.running.delete(thread);
      this.idle.push(thread);
      this.assign();
    });
    thread.on('error', (cause) => this.fail(cause));
    thread.on('exit', (code) => this.fail(new Error(`it ended with code ${code}`)));
    return thread;
  }

  private send(task: unknown, transfer: readonly ArrayBuffer[]): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.queue.push({ task, transfer, resolve, reject });
      this.assign();
    });
  }

  private assign(): void {
    if (this.failure) {
      for (const waiting of this.queue.splice(0)) waiting.reject(this.failure);
      return;
    }
    while (this.idle.length > 0 && this.queue.length > 0) {
      const thread = this.idle.shift()!;
      const waiting = this.queue.shift()!;
      this.running.set(thread, waiting);
      thread.postMessage(waiting.task, waiting.transfer);
    }
  }

  /** A thread that ended loses its task, so no waiting caller can get an answer. */
  private fail(cause: Error): void {
    if (this.closed) return;
    this.failure ??= new WorkerError(this.job, cause.message, { cause });
    for (const waiting of this.running.values()) waiting.reject(this.failure);
    this.running.clear();
    this.assign();
  }

  private resultOf(answer: Answer): Result {
    if ('failure' in answer) throw new TaskError(this.job, answer.failure);
    return answer.result as Result;
  }
}

/**
 * Answers the tasks of a `WorkerPool`, one at a time; call it in the program of a thread. The arrays of a result are
 * moved to the pool's thread, not copied.
 *
 * @param handler receives a task and the pool's `workerData`
 */
export function serveTasks<Task, Data>(handler: (task: Task, data: Data) => unknown): void {
  const port = parentPort!;
  port.on('message', (task: Task) => {
    void answerTo(task, handler).then((answer) =>
      port.postMessage(answer, 'result' in answer ? buffersOf(answer.result) : []),
    );
  });
}

async function answerTo<Task, Data>(task: Task, handler: (task: Task, data: Data) => unknown): Promise<Answer> {
  try {
    return { result: await handler(task, workerData as Data) };
  } catch (cause) {
    return { failure: messageOf(cause) };
  }
}

/** Returns the memory of every typed array in a message of plain objects and lists. */
function buffersOf(message: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  collect(message, found);
  return [...found];
}

function collect(value: unknown, found: Set<ArrayBuffer>): void {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) collect(part, found);
  }
}
