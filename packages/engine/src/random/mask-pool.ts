/**
 * Dropout masks without drawing numbers at every step. One fixed pool of Bernoulli draws is made for each rate; a mask is a window
 * of it whose place depends on the seed alone. A window is a view, so a mask costs nothing but the multiplication, and it is the same
 * on every backend, in every run and at every thread count. Windows of different seeds overlap shifted against each other, which
 * dropout does not mind: what matters is that an element's neighbours and its own next draw are independent of it.
 */
import { ArgumentError } from '@geneformer-ts/core';
import { fillBernoulli } from './fill.js';

/** Where windows may begin. */
const STARTS = 1 << 20;
/** Windows begin at multiples of a cache line of floats. */
const ALIGNMENT = 16;
/** The longest window of a new pool; it grows to the next power of two when a longer one is asked for. */
const FIRST_WINDOW = 1 << 20;
const POOL_SEED = 0x5eed;
const POOLS_KEPT = 4;

const pools = new Map<number, Float32Array>();

/** A view of `size` values that are 0 with probability `rate` and 1 / (1 - rate) otherwise. It must not be written to. */
export function dropoutMask(size: number, rate: number, seed: number): Float32Array {
  const start = (mix(seed) % (STARTS / ALIGNMENT)) * ALIGNMENT;
  return poolOf(rate, size).subarray(start, start + size);
}

/** @throws {ArgumentError} unless 0 <= rate < 1 and the seed is an integer */
export function checkDropout(rate: number, seed: number): void {
  if (!(rate >= 0 && rate < 1)) throw ArgumentError.of('dropout rate', rate, 'a number in [0, 1)');
  if (!Number.isSafeInteger(seed)) throw ArgumentError.of('dropout seed', seed, 'a whole number');
}

/** The pool of a rate, long enough for windows of `size`. A longer pool begins with the values of a shorter one. */
function poolOf(rate: number, size: number): Float32Array {
  const known = pools.get(rate);
  if (known && known.length >= STARTS + size) return known;
  let window = FIRST_WINDOW;
  while (window < size) window *= 2;
  const pool = new Float32Array(STARTS + window);
  fillBernoulli(pool, POOL_SEED, rate, 0, 1 / (1 - rate));
  pools.delete(rate);
  if (pools.size >= POOLS_KEPT) pools.delete(pools.keys().next().value as number);
  pools.set(rate, pool);
  return pool;
}

/** A hash of an integer to 32 bits (the finaliser of MurmurHash3, applied to each word in turn). */
function mix(seed: number): number {
  let h = 0x9e3779b9;
  for (const word of [seed | 0, Math.floor(seed / 2 ** 32) | 0]) {
    h = Math.imul(h ^ word, 0x85ebca6b);
    h ^= h >>> 13;
    h = Math.imul(h, 0xc2b2ae35);
    h ^= h >>> 16;
  }
  return h >>> 0;
}
