import type { Answer, CallName, Calls, Request } from './protocol.js';

type ProgressEvent = Extract<Answer, { progress: unknown }>['progress'];

/** Calls of the worker as promises. */
export class Client {
  private readonly worker = new Worker(new URL('worker.js', document.baseURI), { type: 'module' });
  private readonly waiting = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();
  private next = 0;
  /** Tells the worker to cancel while it computes, if the page may share memory with it. */
  readonly canceled = crossOriginIsolated ? new Int32Array(new SharedArrayBuffer(4)) : undefined;

  constructor(onProgress: (event: ProgressEvent) => void) {
    this.worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      if ('progress' in data) {
        onProgress(data.progress);
        return;
      }
      const waiting = this.waiting.get(data.id);
      this.waiting.delete(data.id);
      if ('error' in data) waiting?.reject(new Error(data.error));
      else waiting?.resolve(data.result as never);
    };
    this.worker.onerror = ({ message }) => {
      for (const { reject } of this.waiting.values())
        reject(new Error(`the computation stopped (${message}); load the page again`));
      this.waiting.clear();
    };
  }

  call<Name extends CallName>(call: Name, ...args: Parameters<Calls[Name]>): Promise<ReturnType<Calls[Name]>> {
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.send({ id, call, args });
    });
  }

  /** Stops the call that runs; it fails with `canceled`. */
  cancel(): void {
    if (this.canceled) Atomics.store(this.canceled, 0, 1);
    this.send({ cancel: true });
  }

  private send(request: Request): void {
    this.worker.postMessage(request);
  }
}
