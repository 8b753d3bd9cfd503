import { LeakError } from '../errors.js';

/**
 * Stops a fold whose learner is about to be given genes that the fold tests.
 * @throws LeakError naming the genes
 */
export function assertUnseen(learned: Iterable<string>, tested: Iterable<string>, what: string): void {
  const held = new Set(tested);
  const leaked = [...new Set(learned)].filter((id) => held.has(id));
  if (leaked.length) throw new LeakError(what, leaked);
}
