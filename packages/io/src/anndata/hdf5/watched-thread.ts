import { startThread } from '@geneformer-ts/core/node';
import {
  MessageChannel,
  type MessagePort,
  process,
  receiveMessageOnPort,
  type Worker,
} from '@geneformer-ts/core/system';

/** Thrown when a call exceeded its time limit and the thread was terminated. */
export class TimeLimitError extends Error {
  constructor(seconds: number) {
    super(`did not finish within ${seconds.toFixed(1)} s of computing`);
    this.name = 'TimeLimitError';
  }
}

/** Interval in which the calling thread checks the computing time. */
const CHECK_MILLISECONDS = 50;
/** A thread that does not answer within this multiple of its limit is dead, however little it computes. */
const PATIENCE = 20;

/**
 * Runs code that may never finish in a thread. The calling thread waits for each answer and terminates the thread when it
 * exceeds its time limit. Only computing time counts, not the time of a slow disk or a busy or suspended machine.
 */
export class WatchedThread {
  private failed: string | undefined;

  private constructor(
    private readonly worker: Worker,
    private readonly port: MessagePort,
    private readonly state: Int32Array,
  ) {}

  /** @param program a module that calls `serve` with its `workerData` */
  static async start(program: URL | string, options: { eval?: boolean } = {}): Promise<WatchedThread> {
    const { port1, port2 } = new MessageChannel();
    const state = new Int32Array(new SharedArrayBuffer(4));
    const workerData: ThreadData = { port: port2, state };
    // Captures the output of the program, so that the library does not print to the terminal.
    const worker = startThread(program, { ...options, workerData, transferList: [port2], stdout: true, stderr: true });
    await new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve());
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('the thread ended before it started')));
    });
    const thread = new WatchedThread(worker, port1, state);
    worker.removeAllListeners('error').on('error', (cause: Error) => thread.fail(cause.message));
    worker.unref();
    port1.unref();
    return thread;
  }

  /** Whether no call has failed so far. */
  get isSound(): boolean {
    return this.failed === undefined;
  }

  /**
   * Calls a method in the thread and waits for the result.
   *
   * @param seconds computing time after which the thread is terminated
   * @throws TimeLimitError; Error with the message of the error that the method threw
   */
  call(method: string, args: unknown[], seconds: number): unknown {
    if (this.ended) throw new Error(this.failed ?? 'was closed');
    const request: Call = { method, args };
    Atomics.store(this.state, 0, PENDING);
    this.port.postMessage(request);
    this.wait(seconds);
    const answer = receiveMessageOnPort(this.port)?.message as Answer;
    if ('value' in answer) return answer.value;
    this.failed ??= answer.failure;
    throw new Error(answer.failure);
  }

  /** Terminates the thread. */
  end(): void {
    this.ended = true;
    this.port.close();
    void this.worker.terminate();
  }

  private ended = false;

  private fail(message: string): void {
    this.failed ??= message;
    this.end();
  }

  private wait(seconds: number): void {
    const before = process.cpuUsage();
    const started = performance.now();
    // Checks the state, not only the result of the wait: a late notification can wake the next call.
    while (Atomics.load(this.state, 0) === PENDING) {
      if (Atomics.wait(this.state, 0, PENDING, CHECK_MILLISECONDS) !== 'timed-out') continue;
      const { user, system } = process.cpuUsage(before);
      const elapsed = (performance.now() - started) / 1000;
      const computed = Math.min((user + system) / 1e6, elapsed);
      if (computed < seconds && elapsed < PATIENCE * seconds) continue;
      const error = new TimeLimitError(computed);
      this.fail(error.message);
      throw error;
    }
  }
}

/** Data passed to a watched thread when it starts. */
export interface ThreadData {
  /** Port for calls and answers. */
  port: MessagePort;
  /** One number, `PENDING` until the answer was sent. */
  state: Int32Array;
}

export interface Call {
  method: string;
  args: unknown[];
}

/** `failure` is the message of the thrown error. */
export type Answer = { value: unknown } | { failure: string };

const PENDING = 0;
export const ANSWERED = 1;
