/**
 * What a person is shown when a stage fails. Errors that the packages and this app raise on purpose carry a `tag` and say in one line
 * which file, which field and what to do; anything else is a defect, and its stack is what a report of it needs.
 */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return `error: ${String(error)}`;
  if ('tag' in error) return `error: ${error.message}`;
  return `internal error, please report it:\n${error.stack ?? error.message}`;
}
