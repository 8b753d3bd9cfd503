/**
 * Tells whether a text survives being written as UTF-8. An unpaired surrogate does not: it would be replaced by `\ufffd`, so
 * that two names could become the same.
 */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
