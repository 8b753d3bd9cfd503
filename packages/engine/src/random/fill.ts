import { Xoshiro128 } from '@geneformer-ts/core';

/** Fills `out` with uniform random values in [0, 1), with 24 bits each. */
export function fillUniform(out: Float32Array, seed: number): void {
  const random = Xoshiro128.fromSeed(seed);
  for (let i = 0; i < out.length; i++) out[i] = (random.uint32() >>> 8) / 16777216;
}

/** Fills `out` with `hit` with probability `rate`, otherwise with `miss`. */
export function fillBernoulli(out: Float32Array, seed: number, rate: number, hit: number, miss: number): void {
  const random = Xoshiro128.fromSeed(seed);
  const threshold = rate * 2 ** 32;
  for (let i = 0; i < out.length; i++) out[i] = random.uint32() < threshold ? hit : miss;
}
