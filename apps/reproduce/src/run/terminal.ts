import { isGeneformerError, printable } from '@geneformer-ts/core';
import { readVariable } from '@geneformer-ts/core/node';

/** The part of a stream that the board needs. */
export interface Terminal {
  isTTY?: boolean;
  hasColor?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** Returns standard output, with colors on a terminal unless NO_COLOR is set. */
export function outputTerminal(out: NodeJS.WriteStream = process.stdout): Terminal {
  return {
    isTTY: out.isTTY ?? false,
    hasColor: (out.isTTY ?? false) && !readVariable('NO_COLOR'),
    get columns() {
      return out.columns ?? 80;
    },
    write: (text) => out.write(text),
  };
}

/** Formats a duration: `9.5 s`, `1 min 8 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  if (h) return `${h} h ${m} min`;
  return m ? `${m} min ${s} s` : `${s} s`;
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
