import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/**
 * Randomness as a pure function of where it is used. A stream is named by whole numbers (the user's seed, what it is for, epoch,
 * cell …), so that nothing has to be saved to go on from the middle of a run: the same names give the same numbers.
 */
export type Random = RandomGenerator;

/** What a stream is for: the second of its names. */
export const purposes = { weights: 1, order: 2, masks: 3, dropout: 4 } as const;

/** Mixes whole numbers into one of 32 bits (the finaliser of MurmurHash3 over each in turn). */
export function mix(...parts: number[]): number {
  let hash = 0x9747b28c;
  for (const part of parts) {
    hash = Math.imul(hash ^ (part | 0), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash = (hash ^ (hash >>> 16)) | 0;
  }
  return hash;
}

/** A generator for the stream with these names. */
export function stream(...parts: number[]): Random {
  const random = xoroshiro128plus(mix(...parts));
  // Its seed fills only half of the state: the first draws of neighbouring seeds are alike.
  for (let i = 0; i < 8; i++) random.next();
  return random;
}

/** Uniform in [0, 1), 32 bits. */
export function uniform(random: Random): number {
  return (random.next() >>> 0) * 2 ** -32;
}

/** Uniform whole number in [0, n). Biased by at most n / 2³², which no vocabulary or cell count comes near to showing. */
export function below(random: Random, n: number): number {
  return Math.floor(uniform(random) * n);
}

/** Fisher–Yates, in place. */
export function shuffle(values: Int32Array, random: Random): Int32Array {
  for (let i = values.length - 1; i > 0; i--) {
    const j = below(random, i + 1);
    const value = values[i];
    values[i] = values[j];
    values[j] = value;
  }
  return values;
}

/** Fills with normal(0, deviation) by Box–Muller. */
export function fillNormal(values: Float32Array, deviation: number, random: Random): Float32Array {
  for (let i = 0; i < values.length; i += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - uniform(random)));
    const angle = 2 * Math.PI * uniform(random);
    values[i] = radius * Math.cos(angle);
    if (i + 1 < values.length) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}
