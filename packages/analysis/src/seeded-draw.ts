import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Draws whole numbers in `[0, bound)`; its bias is below `bound / 2^32`. */
export type Draw = (bound: number) => number;

/**
 * A seeded source of whole numbers. `stream` tells apart the generators of one fit (one per tree), so that each tree's draws are the
 * same in whatever order, and on however many threads, the trees are grown.
 */
export function seededDraw(seed: number, stream = 0): Draw {
  const generator = xoroshiro128plus(mix(mix(seed | 0) ^ stream));
  return (bound) => Math.floor(((generator.next() >>> 0) / 0x1_0000_0000) * bound);
}

/** murmur3's finalizer: neighboring seeds and streams start far apart. */
function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
