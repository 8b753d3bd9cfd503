import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';

/** Thrown when a thread did not answer within its time limit and was ended. */
export class NoAnswerError extends Error {
  constructor(seconds: number) {
    super(`no end after ${seconds.toFixed(1)} s of computing`);
    this.name = 'NoAnswerError';
  }
}

/** How often the calling thread checks whether the other one still computes. */
const LOOK_MILLISECONDS = 50;
/** However little it computes, a thread that is silent for so many times its limit has died. */
const PATIENCE = 20;

/**
 * Runs code that may never end in a thread. The calling thread waits for each answer, and ends the thread when it computes
 * for longer than allowed. Time in which the process does not compute (a slow disk, a busy or
 * sleeping machine) does not count.
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
    const workerData: ThreadBrief = { port: port2, state };
    // What the program prints stays with it; a library has nothing to say to the terminal.
    const worker = new Worker(program, { ...options, workerData, transferList: [port2], stdout: true, stderr: true });
    await new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve());
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('the thread ended before it began')));
    });
    const thread = new WatchedThread(worker, port1, state);
    worker.removeAllListeners('error').on('error', (cause: Error) => thread.fail(cause.message));
    worker.unref();
    port1.unref();
    return thread;
  }

  /** Whether the thread still answers and has never thrown. */
  get isSound(): boolean {
    return this.failed === undefined;
  }

  /**
   * Asks and waits.
   * @param seconds of computing after which the thread is ended
   * @throws NoAnswerError; Error with the message of what the method threw
   */
  call(method: string, args: unknown[], seconds: number): unknown {
    if (this.ended) throw new Error(this.failed ?? 'was closed');
    const question: Question = { method, args };
    Atomics.store(this.state, 0, ASKED);
    this.port.postMessage(question);
    this.wait(seconds);
    const answer = receiveMessageOnPort(this.port)?.message as Answer;
    if ('value' in answer) return answer.value;
    this.failed ??= answer.failure;
    throw new Error(answer.failure);
  }

  /** Ends the thread, whatever it is doing. */
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
    // Looks at the state and not only at how the wait ended: the other thread may notify late, and wake the next call.
    while (Atomics.load(this.state, 0) === ASKED) {
      if (Atomics.wait(this.state, 0, ASKED, LOOK_MILLISECONDS) !== 'timed-out') continue;
      const { user, system } = process.cpuUsage(before);
      const elapsed = (performance.now() - started) / 1000;
      const computed = Math.min((user + system) / 1e6, elapsed);
      if (computed < seconds && elapsed < PATIENCE * seconds) continue;
      const error = new NoAnswerError(computed);
      this.fail(error.message);
      throw error;
    }
  }
}

/** What a watched thread is given when it starts. */
export interface ThreadBrief {
  /** Where questions come in and answers go out. */
  port: MessagePort;
  /** One number, `ASKED` until the answer is on its way. */
  state: Int32Array;
}

export interface Question {
  method: string;
  args: unknown[];
}

/** `failure` is the message of what was thrown. */
export type Answer = { value: unknown } | { failure: string };

const ASKED = 0;
export const ANSWERED = 1;
