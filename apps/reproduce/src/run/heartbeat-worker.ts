/** Runs in a worker thread that keeps a lock file alive; it ends with the process. */
import { parentPort, workerData } from 'node:worker_threads';
import { beatEvery, type HeartbeatBrief } from './heartbeat.js';

beatEvery(workerData as HeartbeatBrief, () => parentPort?.postMessage('lost'));
