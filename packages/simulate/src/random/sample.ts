import type { Xoshiro128 } from '@geneformer-ts/core';

/** Returns about `count` different items (rounded, at least one, at most all) in random order. */
export function sample<T>(random: Xoshiro128, items: readonly T[], count: number): T[] {
  const rest = [...items];
  const wanted = Math.min(rest.length, Math.max(1, Math.round(count)));
  // The first steps of a Fisher–Yates shuffle, front to back.
  for (let taken = 0; taken < wanted; taken++) {
    const other = taken + random.below(rest.length - taken);
    [rest[taken], rest[other]] = [rest[other], rest[taken]];
  }
  return rest.slice(0, wanted);
}
