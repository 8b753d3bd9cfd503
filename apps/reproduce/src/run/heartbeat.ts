import { existsSync } from 'node:fs';
import { startThread } from '@geneformer-ts/core/node';
import { beat } from './lock-file.js';

/** The data that the worker thread receives. */
export interface HeartbeatBrief {
  file: string;
  token: string;
  everyMs: number;
}

/**
 * Keeps a lock file alive from a worker thread, because a stage may block its own thread for minutes.
 * @param lost called once, if another process has taken the lock over
 * @returns a function that stops the heartbeat
 */
export function startHeartbeat(brief: HeartbeatBrief, lost: () => void): () => Promise<void> {
  const program = new URL('./heartbeat-worker.js', import.meta.url);
  // A test runner runs the sources, for which no compiled worker exists.
  if (!existsSync(program)) {
    const stop = beatEvery(brief, lost);
    return () => Promise.resolve(stop());
  }
  const worker = startThread(program, { workerData: brief });
  worker.unref();
  worker.once('message', lost);
  worker.once('error', lost);
  return async () => {
    worker.removeAllListeners();
    await worker.terminate();
  };
}

/**
 * Updates the lock file at regular intervals from the current thread.
 * @returns a function that stops the heartbeat
 */
export function beatEvery({ file, token, everyMs }: HeartbeatBrief, lost: () => void): () => void {
  let count = 0;
  const timer = setInterval(() => {
    try {
      if (beat(file, token, ++count)) return;
    } catch {
      return; // the disk hangs or is full for a while; the next beat detects a lost lock
    }
    clearInterval(timer);
    lost();
  }, everyMs);
  return () => clearInterval(timer);
}
