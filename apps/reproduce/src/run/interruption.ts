import { writeSync } from 'node:fs';
import { endingSignals, InterruptedError, TaskFailedError } from '../errors.js';
import { messageOf } from './terminal.js';
import { storageError } from './storage-error.js';

type EndingSignal = keyof typeof endingSignals;

/** Signals within this time count as one: Nx signals each process of a task and its group, so one Ctrl-C may arrive several times. */
const SAME_SIGNAL_MS = 2_000;

/**
 * Returns a signal that is aborted with an InterruptedError when the process receives SIGINT, SIGTERM or SIGHUP, so that a stage
 * can save its work. A second signal, some seconds later, ends the process at once.
 */
export function abortOnSignals(stage: string): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  for (const by of Object.keys(endingSignals) as EndingSignal[]) {
    process.on(by, () => {
      if (!controller.signal.aborted) {
        first = performance.now();
        controller.abort(new InterruptedError(stage, by));
      } else if (performance.now() - first > SAME_SIGNAL_MS) {
        process.exit(128 + endingSignals[by]);
      }
    });
  }
  return controller.signal;
}

/** Ignores write errors on a closed terminal or pipe, so that the process can still save its work. */
export function tolerateClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/** Prints the error that ended the run and returns the exit code. */
export function reportFailure(error: unknown): number {
  const text = `${error instanceof TaskFailedError ? error.text : messageOf(storageError(error))}\n`;
  try {
    writeSync(2, text); // synchronous, because the process may be killed while it waits for a slow pipe
  } catch {
    process.stderr.write(text);
  }
  return error instanceof InterruptedError ? error.exitCode : 1;
}
