import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { beat } from './lock-file.js';

/** Shared with `heartbeat-worker.ts`. */
export interface HeartbeatBrief {
  file: string;
  token: string;
  everyMs: number;
}

/**
 * Keeps a lock file alive, from a thread of its own: a stage may compute for minutes without a pause.
 * @param lost called once, if another process has taken the lock over
 * @returns ends the beating
 */
export function startHeartbeat(brief: HeartbeatBrief, lost: () => void): () => Promise<void> {
  const program = new URL('./heartbeat-worker.js', import.meta.url);
  // Sources run by a test runner have no program on disk.
  if (!existsSync(program)) {
    const stop = beatEvery(brief, lost);
    return () => Promise.resolve(stop());
  }
  const worker = new Worker(program, { workerData: brief });
  worker.unref();
  worker.once('message', lost);
  worker.once('error', lost);
  return async () => {
    worker.removeAllListeners();
    await worker.terminate();
  };
}

/** @returns ends the beating */
export function beatEvery({ file, token, everyMs }: HeartbeatBrief, lost: () => void): () => void {
  let count = 0;
  const timer = setInterval(() => {
    try {
      if (beat(file, token, ++count)) return;
    } catch {
      return; // a disk that hangs or is full for a while; the next beat tells whether the lock was lost
    }
    clearInterval(timer);
    lost();
  }, everyMs);
  return () => clearInterval(timer);
}
