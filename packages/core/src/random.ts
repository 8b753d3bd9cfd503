import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Returns the next uniform number of a stream, in [0, 1), with 32 random bits. */
export type Random = () => number;

/** A sequence that can be reordered in place: an array or a typed array. */
interface Mutable<Value> {
  readonly length: number;
  [index: number]: Value;
}

/** Draws that `namedRandom` skips: a seed fills half of the state, so the first draws of neighboring seeds are alike. */
const SKIPPED = 8;

/**
 * Returns a stream of random numbers (xoroshiro128+, Blackman and Vigna 2018). The same seed gives the same stream on
 * every machine.
 *
 * @param seed a whole number; its low 32 bits count
 * @example
 * const random = seededRandom(7);
 * below(random, 10); // 3
 */
export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed | 0);
  return () => (generator.next() >>> 0) * 2 ** -32;
}

/**
 * Returns one of many streams of a seed. Each part of a computation (each tree of a forest) takes its own stream, so
 * results do not depend on the order or the thread in which parts run.
 */
export function randomStream(seed: number, stream: number): Random {
  return seededRandom(scramble(scramble(seed | 0) ^ stream));
}

/**
 * Returns the stream that a list of whole numbers names: a seed, a purpose, an epoch, a cell … The same names give the
 * same stream, so a resumed run needs no saved random state.
 */
export function namedRandom(...names: number[]): Random {
  const generator = xoroshiro128plus(mixSeeds(...names));
  for (let i = 0; i < SKIPPED; i++) generator.next();
  return () => (generator.next() >>> 0) * 2 ** -32;
}

/** Mixes whole numbers into one of 32 bits (rounds of MurmurHash3). */
export function mixSeeds(...parts: number[]): number {
  let hash = 0x9747b28c;
  for (const part of parts) {
    hash = Math.imul(hash ^ (part | 0), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash = (hash ^ (hash >>> 16)) | 0;
  }
  return hash;
}

/** Spreads the bits of a 32-bit number: every bit of the result depends on every bit of `word` (the finalizer of MurmurHash3). */
export function scramble(word: number): number {
  let hash = word;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Returns a uniform whole number in [0, bound). Its bias is below bound / 2³². */
export function below(random: Random, bound: number): number {
  return Math.floor(random() * bound);
}

/** Puts `values` in random order, in place (Fisher–Yates), and returns them. */
export function shuffle<Values extends Mutable<Value>, Value>(values: Values, random: Random): Values {
  for (let last = values.length - 1; last > 0; last--) swap(values, last, below(random, last + 1));
  return values;
}

/** Moves `count` values, drawn without replacement, to the front of `values`. */
export function drawToFront<Value>(values: Mutable<Value>, count: number, random: Random): void {
  for (let i = 0; i < count; i++) swap(values, i, i + below(random, values.length - i));
}

/** Fills `values` with normal numbers of mean 0 (Box and Muller 1958), and returns them. */
export function fillNormal(values: Float32Array, standardDeviation: number, random: Random): Float32Array {
  for (let i = 0; i < values.length; i += 2) {
    const radius = standardDeviation * Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    values[i] = radius * Math.cos(angle);
    if (i + 1 < values.length) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}

function swap<Value>(values: Mutable<Value>, i: number, j: number): void {
  const held = values[i];
  values[i] = values[j];
  values[j] = held;
}
