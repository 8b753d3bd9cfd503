import { isGeneformerError, printable } from '@geneformer-ts/core';

/**
 * Returns the message for a failed stage. Errors that the packages and this app throw on purpose say in one line
 * which file, which field and what to do; anything else is a defect, and its stack is what a report of it needs.
 */
export function messageOf(error: unknown): string {
  if (isGeneformerError(error)) return `error: ${printable(error.message)}`;
  if (!(error instanceof Error)) return `error: ${printable(String(error))}`;
  const stack = (error.stack ?? error.message).split('\n');
  return `internal error, please report it:\n${stack.map((line) => printable(line)).join('\n')}`;
}
