import { readVariable } from '@geneformer-ts/core/node';
import { openSync } from 'node:fs';
import { WriteStream } from 'node:tty';

/** The part of a stream that a progress line needs. */
export interface Terminal {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/**
 * Returns the user's terminal, if there is one, else stderr. Nx captures the output of the tasks that a target depends on and shows it only
 * when they are done, which is too late for progress; so where output is captured, the line goes to the terminal itself.
 */
export function progressTerminal(): Terminal {
  if (process.stderr.isTTY || readVariable('CI')) return process.stderr;
  try {
    // A terminal may be closed while the stage continues.
    return new WriteStream(openSync('/dev/tty', 'w')).on('error', () => undefined);
  } catch {
    return process.stderr; // no terminal: a pipe, a log file, another platform
  }
}
