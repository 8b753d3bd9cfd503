import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Draws whole numbers in `[0, bound)`. */
export type Draw = (bound: number) => number;

/**
 * A seeded source of whole numbers. Multiply-and-shift on 32 random bits: its bias is below `bound / 2^32`, which no split or
 * resample of a data set can show, and it needs one multiplication where rejection sampling needs a loop.
 */
export function seededDraw(seed: number): Draw {
  const generator = xoroshiro128plus(seed | 0);
  return (bound) => Math.floor(((generator.next() >>> 0) / 0x1_0000_0000) * bound);
}

/** Fisher-Yates, in place. */
export function shuffle(values: Int32Array, draw: Draw): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = draw(i + 1);
    const held = values[i];
    values[i] = values[j]!;
    values[j] = held;
  }
}
