import { sha256 } from '@geneformer-ts/core/node';

/**
 * Returns the positions of `count` of the names, ascending: those with the smallest digests under the seed. The choice depends on the names and
 * the seed, not on their order, and a larger choice contains every smaller one.
 */
export function chooseSome(names: readonly string[], count: number, seed: string): number[] {
  if (count >= names.length) return names.map((_, position) => position);
  const digests = names.map((name) => sha256(`${seed}\n${name}`));
  return names
    .map((_, position) => position)
    .sort((a, b) => (digests[a] < digests[b] ? -1 : 1))
    .slice(0, count)
    .sort((a, b) => a - b);
}
