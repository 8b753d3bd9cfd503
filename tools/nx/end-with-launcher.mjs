/**
 * Ends a process with the run that it is part of: `node --import ./tools/nx/end-with-launcher.mjs program.mjs`.
 *
 * A signal to npx reaches neither nx nor the tasks that it started, and SIGKILL cannot be passed on by anyone. So a thread
 * of each task looks three times per second whether the processes between it and the outermost npx, npm or nx are alive. When one
 * has ended it sends its own process SIGTERM, and SIGKILL some seconds later. It is a thread of its own because the task
 * may compute for longer than that without a pause.
 */
import { spawn } from 'node:child_process';
import { clearInterval, setInterval, setTimeout } from 'node:timers';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import { isBroken, isNx, launchersOf, readProcess } from './process-chain.mjs';

const LOOK_MS = 300;
/** How long a task has to save its work, and Nx to end its tasks. Together they stay below five seconds. */
const SAVE_MS = 2_500;
const NX_MS = 1_200;

/** Set in the environment of a task, so that the processes which it starts, with its options, know that they are not tasks. */
export const WITHIN_TASK = 'GENEFORMER_WITHIN_TASK';

if (!isMainThread && workerData?.endWithLauncher) {
  const { pid, chain } = workerData.endWithLauncher;
  watch(pid, chain, SAVE_MS);
} else if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { nx, chain } = JSON.parse(process.argv[2]);
  watch(nx.pid, chain, NX_MS, [nx]);
} else if (isMainThread && isTask()) {
  endTaskWithLauncher();
}

/** The plugin imports this file too; for Nx it has a function. */
function isTask() {
  return process.execArgv.some((word) => word.includes('end-with-launcher'));
}

function endTaskWithLauncher() {
  const chain = launchersOf(process.pid);
  const isChild = process.env[WITHIN_TASK] !== undefined && !chain.some(isNx);
  process.env[WITHIN_TASK] = '1';
  if (isChild) return endWith([readProcess(process.ppid)].filter(Boolean));
  // Nx sets this for its tasks: a task without nx above it has lost it before it could look.
  const isOrphan = process.platform === 'linux' && process.env.NX_TASK_HASH !== undefined && !chain.some(isNx);
  if (isOrphan) process.kill(process.pid, 'SIGTERM');
  endWith(chain);
}

function endWith(chain) {
  if (chain.length === 0) return;
  const worker = new Worker(fileURLToPath(import.meta.url), {
    workerData: { endWithLauncher: { pid: process.pid, chain } },
    execArgv: [], // not this program again
  });
  worker.on('error', () => undefined);
  worker.unref();
}

/**
 * Ends nx when one of `chain` ends. A process of its own watches, because Nx ends its plugins first.
 * @param {import('./process-chain.mjs').ProcessInfo} nx
 * @param {import('./process-chain.mjs').ProcessInfo[]} chain
 */
export function endNxWithLauncher(nx, chain) {
  const words = [fileURLToPath(import.meta.url), JSON.stringify({ nx, chain })];
  spawn(process.execPath, words, { detached: true, stdio: 'ignore' }).unref();
}

/** Ends process `pid` when one of `chain` ends; stops when one of `besides` has ended. */
function watch(pid, chain, saveMs, besides = []) {
  const timer = setInterval(() => {
    const isDone = isBroken(besides);
    if (!isDone && !isBroken(chain)) return;
    clearInterval(timer);
    if (isDone) return;
    send(pid, 'SIGTERM');
    setTimeout(() => {
      if (!isBroken(besides)) send(pid, 'SIGKILL');
    }, saveMs);
  }, LOOK_MS);
}

function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}
