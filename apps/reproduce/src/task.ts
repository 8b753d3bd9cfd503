/** Runs one task, which the runner sends, in a process of its own, and publishes its result. */
import { fileURLToPath } from 'node:url';
import { profileTable } from './run/compute.js';
import { abortOnSignals } from './run/interruption.js';
import { runStage } from './run/run-stage.js';
import { storageError } from './run/storage-error.js';
import type { TaskMessage, TaskOrder } from './run/start-task.js';
import { Study } from './run/study.js';
import { messageOf } from './run/terminal.js';

const PROGRESS_MS = 100;
let told = 0;

async function main({ task, again, isProfiled }: TaskOrder): Promise<void> {
  if (isProfiled) process.env.GENEFORMER_PROFILE = '1';
  const study = new Study(fileURLToPath(new URL('..', import.meta.url)));
  await runStage({
    ...(await study.request(task)),
    again,
    signal: abortOnSignals(task.name),
    notice: (line) => tell({ kind: 'notice', line }),
    progress: (event) => {
      if (performance.now() - told < PROGRESS_MS) return;
      told = performance.now();
      tell({ kind: 'progress', event });
    },
  });
  if (isProfiled) for (const line of (await profileTable()).trimEnd().split('\n')) tell({ kind: 'notice', line });
}

/** Tells the runner, if it is still there. */
function tell(message: TaskMessage, then: () => void = () => undefined): void {
  if (process.connected) process.send?.(message, undefined, {}, then);
  else then();
}

process.once('message', (order: TaskOrder) => {
  main(order).then(
    () => process.disconnect?.(),
    // Pending work of an interrupted task must not keep the process alive.
    (error: unknown) => tell({ kind: 'failed', text: messageOf(storageError(error)) }, () => process.exit(1)),
  );
});
