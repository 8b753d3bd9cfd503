import { writeSync } from 'node:fs';
import { endingSignals, InterruptedError } from '../errors.js';
import { messageOf } from './message.js';
import { storageError } from './storage-error.js';

type EndingSignal = keyof typeof endingSignals;

/** Nx sends a signal to each process of a task and to its group, so one Ctrl-C may arrive several times. */
const SAME_SIGNAL_MS = 2_000;

/**
 * Returns a signal that is aborted with an InterruptedError when the process is told to end (SIGINT, SIGTERM, SIGHUP), so
 * that a stage can save what it has. A second signal, some seconds later, ends the process at once.
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

/** Keeps a process whose terminal, pipe or parent has gone from failing before it has saved its work. */
export function tolerateClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/** Prints why the run ended and returns the exit code that says so. */
export function reportFailure(error: unknown): number {
  const text = `${messageOf(storageError(error))}\n`;
  try {
    writeSync(2, text); // at once: the process may be ended while it waits for a slow pipe
  } catch {
    process.stderr.write(text);
  }
  return error instanceof InterruptedError ? error.exitCode : 1;
}
