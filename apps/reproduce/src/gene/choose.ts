import { sha256 } from '@geneformer-ts/core/node';

/**
 * Positions of `count` of the names, ascending: those whose digest under the seed is smallest. The choice depends on the names and the seed
 * alone, not on their order, and a larger choice holds every smaller one.
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
