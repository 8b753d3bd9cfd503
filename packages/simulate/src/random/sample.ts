import type { Xoshiro128 } from './xoshiro.js';

/** About `count` different items (rounded, at least one, at most all), in random order. */
export function sample<T>(random: Xoshiro128, items: readonly T[], count: number): T[] {
  return random.shuffle([...items]).slice(0, Math.max(1, Math.round(count)));
}
