import { printable } from '@geneformer-ts/core';

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
