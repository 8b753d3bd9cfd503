import { isGeneformerError, printable } from '@geneformer-ts/core';

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
