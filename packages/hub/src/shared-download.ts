import type { Progress } from '@geneformer-ts/core';

/** The parts of a call's options that are its own although it shares a download. */
export interface Caller {
  onProgress?: Progress | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * A download that several calls wait for. Each call sees its progress, and can be aborted without harm to the others: the
 * download itself stops when no call waits for it any more.
 */
export class SharedDownload<Result> {
  private readonly stop = new AbortController();
  private readonly callers = new Set<Caller>();
  private readonly result: Promise<Result>;
  private over = false;

  /**
   * @param identity what the download depends on; calls with another identity cannot share it
   * @param start starts the download
   */
  constructor(
    readonly identity: string,
    start: (shared: { onProgress: Progress; signal: AbortSignal }) => Promise<Result>,
  ) {
    const onProgress: Progress = (event) => this.callers.forEach((caller) => caller.onProgress?.(event));
    this.result = start({ onProgress, signal: this.stop.signal });
    const end = (): void => void (this.over = true);
    this.result.then(end, end);
  }

  /** Whether the download has succeeded or failed. */
  get isOver(): boolean {
    return this.over;
  }

  /** Returns whether a call with this identity can wait for the download. One that is being stopped cannot be joined. */
  serves(identity: string): boolean {
    return identity === this.identity && !this.stop.signal.aborted;
  }

  /** Waits for the end of the download, whatever it is. @throws the reason of `signal`, if that is aborted first */
  async settled(signal: AbortSignal | undefined): Promise<void> {
    await unlessAborted(
      this.result.then(
        () => undefined,
        () => undefined,
      ),
      signal,
    );
  }

  /** Waits for the result. @throws the reason of the caller's signal when that is aborted; any error of the download */
  async join(caller: Caller): Promise<Result> {
    const { signal } = caller;
    // An entry of its own: two calls may pass the same object.
    const entry = { ...caller };
    this.callers.add(entry);
    try {
      return await unlessAborted(this.result, signal);
    } finally {
      this.callers.delete(entry);
      if (this.callers.size === 0) {
        this.stop.abort(signal?.reason);
        // The next call can then resume from the bytes on disk.
        await this.settled(undefined);
      }
    }
  }
}

async function unlessAborted<Result>(result: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (!signal) return result;
  signal.throwIfAborted();
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([result, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
