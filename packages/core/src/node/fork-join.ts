import { MessageChannel, type MessagePort, receiveMessageOnPort, workerData } from '#system';
import { startThread, threadCount } from './start-thread.js';
import { messageOf } from '../errors.js';
import { WorkerError } from './worker-pool.js';

/**
 * Tasks that threads can be asked to do, by name. A task is opened once with what its chunks have in common, and returns
 * the function that does one chunk.
 */
export type TaskTable = Readonly<Record<string, (shared: never) => (chunk: number) => unknown>>;

/** A task whose chunks may be done by any thread, in any order. */
export interface OpenTask<Result> {
  /**
   * Does the chunks `0 … chunks - 1` and returns the result of each.
   *
   * @param onDone receives the number of finished chunks whenever this thread has finished one
   * @throws WorkerError when a chunk fails in another thread
   */
  run(chunks: number, onDone?: (done: number) => void): Result[];
}

type Values = Float32Array | Float64Array | Int32Array | Uint8Array;

/** Positions in the numbers that all threads share. */
const SLOTS = {
  /** Task that the open chunks belong to. */
  task: 0,
  /** Ticket of the first chunk of the task. */
  first: 1,
  /** Next ticket to draw. */
  next: 2,
  /** Ticket at which drawing stops. Tickets only grow, so a thread that wakes late cannot draw one twice. */
  end: 3,
  /** Finished chunks, over all tasks. */
  done: 4,
  /** Counts up when there is something to do. */
  bell: 5,
} as const;

/** To a thread: a task that chunks may belong to, or that all known tasks are over. */
type TaskMessage = { id: number; name: string; shared: unknown } | 'forget';

/** From a thread: a chunk that returned something or failed. */
interface ChunkMessage {
  chunk: number;
  result?: unknown;
  failure?: string;
}

/**
 * Shared-memory threads for short pieces of one computation: this thread and its helpers draw numbered chunks until none
 * is left, and `run` returns when all are done. A chunk costs microseconds of overhead, so it suits loops inside a fit;
 * for long independent tasks see `WorkerPool`. Results are the same to the bit for any number of threads, as long as no
 * chunk depends on who does it.
 *
 * Make arrays that tasks write to, and large ones that they read, with `allocate` or `share`: threads see them directly.
 *
 * @example
 * const pool = ForkJoinPool.acquire(new URL('./tasks-thread.js', import.meta.url), tasks, 4);
 * const squares = pool.allocate(Float64Array, 100);
 * pool.open('square', { squares }).run(100);
 * pool.release();
 */
export class ForkJoinPool<Tasks extends TaskTable> {
  private readonly control = new Int32Array(new SharedArrayBuffer(4 * Object.keys(SLOTS).length));
  private readonly ports: MessagePort[] = [];
  private opened = 0;
  private static readonly idle: ForkJoinPool<TaskTable>[] = [];

  private constructor(
    private readonly program: URL,
    private readonly tasks: Tasks,
    /** Number of threads that work, the caller's included. */
    readonly threads: number,
  ) {
    for (let i = 1; i < threads; i++) {
      const { port1, port2 } = new MessageChannel();
      const worker = startThread(program, {
        workerData: { control: this.control, port: port2 },
        transferList: [port2],
      });
      // The other threads do the chunks of a thread that cannot start.
      worker.on('error', () => undefined);
      worker.unref();
      port1.unref();
      this.ports.push(port1);
    }
  }

  /**
   * Returns a pool for the caller alone, until it is released. A released pool is used again: its threads have started.
   *
   * @param program the module that helper threads run; it calls `serveForkJoin(tasks)`
   * @param asked number of threads that work, this one included; at most four times the cores, or 8, are used
   * @throws ArgumentError when `asked` is not a whole number of at least 1
   */
  static acquire<Tasks extends TaskTable>(program: URL, tasks: Tasks, asked: number): ForkJoinPool<Tasks> {
    const threads = threadCount('threads', asked);
    const position = ForkJoinPool.idle.findIndex(
      (pool) => pool.threads === threads && pool.program.href === program.href,
    );
    if (position < 0) return new ForkJoinPool(program, tasks, threads);
    return ForkJoinPool.idle.splice(position, 1)[0] as unknown as ForkJoinPool<Tasks>;
  }

  /** Returns zeros that all threads see. */
  allocate<Type extends Values>(
    type: { new (buffer: SharedArrayBuffer): Type; BYTES_PER_ELEMENT: number },
    length: number,
  ): Type {
    return new type(new SharedArrayBuffer(length * type.BYTES_PER_ELEMENT));
  }

  /** Returns `values` itself when this thread works alone, else a copy that all threads see. */
  share<Type extends Values>(values: Type): Type {
    if (this.ports.length === 0 || values.buffer instanceof SharedArrayBuffer) return values;
    const copy = new (values.constructor as new (buffer: SharedArrayBuffer) => Type)(
      new SharedArrayBuffer(values.byteLength),
    );
    copy.set(values);
    return copy;
  }

  /** Opens a task: tells every thread what its chunks have in common. */
  open<Name extends keyof Tasks & string>(
    name: Name,
    shared: Parameters<Tasks[Name]>[0],
  ): OpenTask<ReturnType<ReturnType<Tasks[Name]>>> {
    const id = this.opened++;
    this.tell({ id, name, shared });
    const perform = this.tasks[name](shared) as (chunk: number) => ReturnType<ReturnType<Tasks[Name]>>;
    return { run: (chunks, onDone) => this.run(id, perform, chunks, onDone) };
  }

  /** Ends all tasks and leaves the threads to the next caller of `acquire`. */
  release(): void {
    this.tell('forget');
    this.ring();
    ForkJoinPool.idle.push(this);
  }

  private tell(message: TaskMessage): void {
    for (const port of this.ports) port.postMessage(message);
  }

  private ring(): void {
    if (this.ports.length === 0) return;
    Atomics.add(this.control, SLOTS.bell, 1);
    Atomics.notify(this.control, SLOTS.bell);
  }

  private run<Result>(
    id: number,
    perform: (chunk: number) => Result,
    chunks: number,
    onDone?: (done: number) => void,
  ): Result[] {
    const { control } = this;
    const results: Result[] = new Array<Result>(chunks);
    const first = Atomics.load(control, SLOTS.end);
    const before = Atomics.load(control, SLOTS.done);
    Atomics.store(control, SLOTS.task, id);
    Atomics.store(control, SLOTS.first, first);
    Atomics.store(control, SLOTS.end, first + chunks);
    this.ring();
    const done = () => Atomics.load(control, SLOTS.done) - before;
    drawChunks(control, (chunk) => {
      results[chunk] = perform(chunk);
      onDone?.(done() + 1);
    });
    for (let ready = done(); ready < chunks; ready = done()) Atomics.wait(control, SLOTS.done, before + ready);
    for (const port of this.ports) collectResults(port, results);
    return results;
  }
}

/** Answers a `ForkJoinPool`; call it in the program of its threads. It does not return: the thread ends with the process. */
export function serveForkJoin(tasks: TaskTable): never {
  const { control, port } = workerData as { control: Int32Array; port: MessagePort };
  const opened = new Map<number, (chunk: number) => unknown>();
  const readMessages = (): void => {
    for (let held = receiveMessageOnPort(port); held; held = receiveMessageOnPort(port)) {
      const message = held.message as TaskMessage;
      if (message === 'forget') opened.clear();
      else opened.set(message.id, tasks[message.name](message.shared as never));
    }
  };
  const perform = (chunk: number): void => {
    try {
      const id = Atomics.load(control, SLOTS.task);
      // Every task is announced before its first chunk is opened.
      if (!opened.has(id)) readMessages();
      const result = opened.get(id)!(chunk);
      if (result !== undefined) port.postMessage({ chunk, result } satisfies ChunkMessage);
    } catch (error) {
      port.postMessage({ chunk, failure: messageOf(error) } satisfies ChunkMessage);
    }
  };
  for (;;) {
    const bell = Atomics.load(control, SLOTS.bell);
    readMessages();
    drawChunks(control, perform);
    Atomics.wait(control, SLOTS.bell, bell);
  }
}

/** Draws tickets and does their chunks until none is left. */
function drawChunks(control: Int32Array, perform: (chunk: number) => void): void {
  for (;;) {
    const ticket = Atomics.load(control, SLOTS.next);
    if (ticket >= Atomics.load(control, SLOTS.end)) return;
    if (Atomics.compareExchange(control, SLOTS.next, ticket, ticket + 1) !== ticket) continue;
    // No other task can be opened before this chunk is done, so `first` belongs to this ticket.
    perform(ticket - Atomics.load(control, SLOTS.first));
    Atomics.add(control, SLOTS.done, 1);
    Atomics.notify(control, SLOTS.done);
  }
}

function collectResults(port: MessagePort, results: unknown[]): void {
  for (let held = receiveMessageOnPort(port); held; held = receiveMessageOnPort(port)) {
    const { chunk, result, failure } = held.message as ChunkMessage;
    if (failure !== undefined) throw new WorkerError('parallel task', failure);
    results[chunk] = result;
  }
}
