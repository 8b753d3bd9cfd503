import { LeakError } from '../errors.js';

/**
 * Stops a fold whose learner is about to be given what the fold tests.
 * @param kind what the names are of, for the message
 * @throws LeakError naming them
 */
export function assertUnseen(learned: Iterable<string>, tested: Iterable<string>, where: string, kind = 'genes'): void {
  const held = new Set(tested);
  const leaked = [...new Set(learned)].filter((id) => held.has(id));
  if (leaked.length) throw new LeakError(where, leaked, kind);
}
