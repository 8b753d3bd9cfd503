/**
 * Dropout masks without random numbers at every step. There is one fixed pool of Bernoulli draws per rate; a mask is a view into it, whose
 * start depends only on the seed. So a mask needs no computation and is the same on every backend, in every run and for every number of
 * threads. Masks of different seeds overlap with a shift. This is harmless, because the mask of an element is independent of the masks of
 * its neighbors and of its own mask in the next step.
 */
import { ArgumentError } from '@geneformer-ts/core';
import { fillBernoulli } from './fill.js';

/** Masks start before this index. */
const STARTS = 1 << 20;
/** Masks start at multiples of a cache line of floats. */
const ALIGNMENT = 16;
/** Initial maximum length of a mask; a longer mask replaces the pool by one for the next power of two. */
const FIRST_WINDOW = 1 << 20;
const POOL_SEED = 0x5eed;
const MAX_POOLS = 4;

const pools = new Map<number, Float32Array>();

/** Returns a read-only view of `size` values that are 0 with probability `rate` and 1 / (1 - rate) otherwise. */
export function dropoutMask(size: number, rate: number, seed: number): Float32Array {
  const start = (mix(seed) % (STARTS / ALIGNMENT)) * ALIGNMENT;
  return poolOf(rate, size).subarray(start, start + size);
}

/** @throws {ArgumentError} unless 0 <= rate < 1 and the seed is an integer */
export function checkDropout(rate: number, seed: number): void {
  if (!(rate >= 0 && rate < 1)) throw ArgumentError.of('dropout rate', rate, 'a number in [0, 1)');
  if (!Number.isSafeInteger(seed)) throw ArgumentError.of('dropout seed', seed, 'a whole number');
}

/** Returns the pool of a rate, long enough for masks of `size` values. A longer pool starts with the values of a shorter one. */
function poolOf(rate: number, size: number): Float32Array {
  const known = pools.get(rate);
  if (known && known.length >= STARTS + size) return known;
  let window = FIRST_WINDOW;
  while (window < size) window *= 2;
  const pool = new Float32Array(STARTS + window);
  fillBernoulli(pool, POOL_SEED, rate, 0, 1 / (1 - rate));
  pools.delete(rate);
  if (pools.size >= MAX_POOLS) pools.delete(pools.keys().next().value as number);
  pools.set(rate, pool);
  return pool;
}

/** Returns a 32-bit hash of an integer, by the finalizer of MurmurHash3 applied to each word. */
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
