import { openSync } from 'node:fs';
import { WriteStream } from 'node:tty';
import { isGeneformerError, printable } from '@geneformer-ts/core';
import { readVariable } from '@geneformer-ts/core/node';

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

/** The longest printed line, in characters: wider than any table; a longer line contains a name from a data file. */
const WIDEST_LINE = 400;

/**
 * Prints text to standard output, line by line, with control characters escaped. All output of the study goes through here,
 * `messageOf` or the progress line, because names in it come from data files.
 */
export function printText(text: string, out: { write(text: string): unknown } = process.stdout): void {
  const lines = text.split('\n').map((line) => printable(line, WIDEST_LINE));
  out.write(`${lines.join('\n')}\n`);
}

/** Prints a notice to standard error, such as a recomputed output. */
export function printNotice(line: string): void {
  printText(line, process.stderr);
}

/**
 * Returns the message for a failed stage. Errors that the packages and this app throw on purpose give one line: the file, the
 * field and the remedy. Any other error is a bug, so its stack is printed for a report.
 */
export function messageOf(error: unknown): string {
  if (isGeneformerError(error)) return `error: ${printable(error.message)}`;
  if (!(error instanceof Error)) return `error: ${printable(String(error))}`;
  const stack = (error.stack ?? error.message).split('\n');
  return `internal error, please report it:\n${stack.map((line) => printable(line)).join('\n')}`;
}
