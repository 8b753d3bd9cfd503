/**
 * Dropout masks without drawing numbers at every step. One fixed pool of Bernoulli draws is made for each rate; a mask is a window
 * of it whose place depends on the seed alone. A window is a view, so a mask costs nothing but the multiplication, and it is the same
 * on every backend, in every run and at every thread count. Windows of different seeds overlap shifted against each other, which
 * dropout does not mind: what matters is that an element's neighbours and its own next draw are independent of it.
 */
import { ArgumentError } from '../errors.js';
import { fillUniform } from './xoshiro.js';

/** Longest mask that is a single view. */
const LONGEST_PIECE = 1 << 22;
/** Where windows may begin. */
const STARTS = 1 << 20;
/** Windows begin at multiples of a cache line of floats. */
const ALIGNMENT = 16;
const POOL_SEED = 0x5eed;
const POOLS_KEPT = 4;

const pools = new Map<number, Float32Array>();

/** Where the mask of a seed's n-th piece begins in the pool. */
export function maskStart(seed: number, piece: number): number {
  return (mix(seed, piece) % (STARTS / ALIGNMENT)) * ALIGNMENT;
}

/** A view of `size` values that are 0 with probability `rate` and 1 / (1 - rate) otherwise. */
export function maskPiece(size: number, rate: number, seed: number, piece: number): Float32Array {
  const start = maskStart(seed, piece);
  return maskPool(rate).subarray(start, start + size);
}

/** The mask of a whole tensor: a view when it is one piece, else pieces copied behind each other. */
export function maskValues(size: number, rate: number, seed: number): Float32Array {
  if (size <= LONGEST_PIECE) return maskPiece(size, rate, seed, 0);
  const values = new Float32Array(size);
  for (let start = 0, piece = 0; start < size; start += LONGEST_PIECE, piece++) {
    values.set(maskPiece(Math.min(LONGEST_PIECE, size - start), rate, seed, piece), start);
  }
  return values;
}

/** @throws {ArgumentError} unless 0 <= rate < 1 and the seed is an integer */
export function checkDropout(rate: number, seed: number): void {
  if (!(rate >= 0 && rate < 1)) throw new ArgumentError('dropout', `rate ${rate} is not in [0, 1)`);
  if (!Number.isSafeInteger(seed)) throw new ArgumentError('dropout', `seed ${seed} is not an integer`);
}

/** The pool of a rate; pieces of up to `LONGEST_PIECE` values may begin at any start. */
export function maskPool(rate: number): Float32Array {
  const known = pools.get(rate);
  if (known) return known;
  if (pools.size >= POOLS_KEPT) pools.delete(pools.keys().next().value as number);
  const pool = new Float32Array(STARTS + LONGEST_PIECE);
  fillUniform(pool, POOL_SEED);
  const kept = 1 / (1 - rate);
  for (let i = 0; i < pool.length; i++) pool[i] = (pool[i] as number) < rate ? 0 : kept;
  pools.set(rate, pool);
  return pool;
}

/** A hash of two integers to 32 bits (the finaliser of MurmurHash3, applied to each word in turn). */
function mix(seed: number, piece: number): number {
  let h = 0x9e3779b9;
  for (const word of [seed | 0, Math.floor(seed / 2 ** 32) | 0, piece]) {
    h = Math.imul(h ^ word, 0x85ebca6b);
    h ^= h >>> 13;
    h = Math.imul(h, 0xc2b2ae35);
    h ^= h >>> 16;
  }
  return h >>> 0;
}
