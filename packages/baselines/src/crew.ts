import { checkCount } from '@geneformer-ts/analysis';
import { existsSync } from 'node:fs';
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import { SLOTS, workOff, type ChunkMessage, type TaskMessage } from './crew-protocol.js';
import { tasks, type TaskName, type TaskShared, type TaskResult } from './crew-tasks.js';
import { ThreadError } from './errors.js';

type Values = Float32Array | Float64Array | Int32Array | Uint8Array;

/** A task whose chunks may be done by any thread, in any order. */
export interface OpenTask<Result> {
  /**
   * Does the chunks `0 … chunks - 1` and returns what each gave.
   *
   * @param onDone told how many are done whenever the calling thread has finished one
   */
  run(chunks: number, onDone?: (done: number) => void): Result[];
}

/**
 * The calling thread and its helpers. Work comes in tasks of numbered chunks; whoever is free takes the next, so that a helper that
 * starts late or is slow costs nothing but its share. Tasks are made so that no chunk depends on who does it: results are
 * the same to the bit for any number of threads. The calling thread waits until the work is done.
 *
 * Arrays that tasks write to, and large ones that they read, are shared and not copied: make them with {@link allocate} or
 * {@link share}. Where the helpers' program is not on disk (sources run by a test runner) the calling thread works alone.
 */
export class Crew {
  private readonly control = new Int32Array(new SharedArrayBuffer(4 * Object.keys(SLOTS).length));
  private readonly ports: MessagePort[] = [];
  private opened = 0;
  private static readonly idle: Crew[] = [];

  private constructor(private readonly threads: number) {
    const program = new URL('./crew-worker.js', import.meta.url);
    if (threads === 1 || !existsSync(program)) return;
    for (let i = 1; i < threads; i++) {
      const { port1, port2 } = new MessageChannel();
      const workerData = { control: this.control, port: port2 };
      const worker = new Worker(program, { workerData, transferList: [port2] });
      // A helper that cannot start leaves its work to the others.
      worker.on('error', () => undefined);
      worker.unref();
      port1.unref();
      this.ports.push(port1);
    }
  }

  /**
   * A crew that nobody else uses until it is dismissed; one that was dismissed before, if there is one, because its threads have
   * started and know their work.
   *
   * @param threads threads that work, the calling one among them
   */
  static hire(threads: number): Crew {
    checkCount('threads', threads);
    const position = Crew.idle.findIndex((crew) => crew.threads === threads);
    return position < 0 ? new Crew(threads) : Crew.idle.splice(position, 1)[0];
  }

  /** Zeros that all threads see. */
  allocate<Type extends Values>(
    type: { new (buffer: SharedArrayBuffer): Type; BYTES_PER_ELEMENT: number },
    length: number,
  ): Type {
    return new type(new SharedArrayBuffer(length * type.BYTES_PER_ELEMENT));
  }

  /** The array itself when there is nobody to share it with, else a copy that all threads see. */
  share<Type extends Values>(values: Type): Type {
    if (this.ports.length === 0 || values.buffer instanceof SharedArrayBuffer) return values;
    const copy = new (values.constructor as new (buffer: SharedArrayBuffer) => Type)(
      new SharedArrayBuffer(values.byteLength),
    );
    copy.set(values);
    return copy;
  }

  open<Name extends TaskName>(name: Name, shared: TaskShared<Name>): OpenTask<TaskResult<Name>> {
    const id = this.opened++;
    this.tell({ id, name, shared });
    const perform = tasks[name](shared as never) as (chunk: number) => TaskResult<Name>;
    return { run: (chunks, onDone) => this.run(id, perform, chunks, onDone) };
  }

  /** Ends all tasks and leaves the helpers to the next fit. */
  dismiss(): void {
    this.tell('forget');
    this.ring();
    Crew.idle.push(this);
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
    workOff(control, (chunk) => {
      results[chunk] = perform(chunk);
      onDone?.(done() + 1);
    });
    for (let ready = done(); ready < chunks; ready = done()) Atomics.wait(control, SLOTS.done, before + ready);
    for (const port of this.ports) collect(port, results);
    return results;
  }
}

function collect(port: MessagePort, results: unknown[]): void {
  for (let held = receiveMessageOnPort(port); held; held = receiveMessageOnPort(port)) {
    const { chunk, result, error } = held.message as ChunkMessage;
    if (error !== undefined) throw new ThreadError(error);
    results[chunk] = result;
  }
}
