import { LeakError } from '../errors.js';

/**
 * Stops a fold whose training data contain something that the fold tests.
 * @param kind the kind of the names, for the message
 * @throws LeakError with the names that are in both
 */
export function assertUnseen(learned: Iterable<string>, tested: Iterable<string>, where: string, kind = 'genes'): void {
  const held = new Set(tested);
  const leaked = [...new Set(learned)].filter((id) => held.has(id));
  if (leaked.length) throw new LeakError(where, leaked, kind);
}
