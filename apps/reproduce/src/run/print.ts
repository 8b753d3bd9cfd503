import { printable } from '@geneformer-ts/core';

/** Wider than any table here; a longer line holds a name from a data file. */
const WIDEST_LINE = 400;

/**
 * Prints text to standard output, line by line, with what a terminal would act on written as escapes. Everything the study
 * prints goes through here or through `messageOf` and the progress line, because names in it come from data files.
 */
export function printText(text: string, out: { write(text: string): unknown } = process.stdout): void {
  const lines = text.split('\n').map((line) => printable(line, WIDEST_LINE));
  out.write(`${lines.join('\n')}\n`);
}

/** Tells a person, on standard error, what had to be done beside what was asked for. */
export function printNotice(line: string): void {
  printText(line, process.stderr);
}
