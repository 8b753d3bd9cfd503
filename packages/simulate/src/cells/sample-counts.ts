import type { Xoshiro128 } from '@geneformer-ts/core';
import { negativeBinomial } from '../random/negative-binomial.js';

/** Turns log levels into expected counts that sum to `total`, and adds them to `rates`. Overwrites `levels`. */
export function addRates(levels: Float64Array, total: number, rates: Float64Array): void {
  let sum = 0;
  for (let gene = 0; gene < levels.length; gene++) sum += levels[gene] = Math.exp(levels[gene]);
  const scale = total / sum;
  for (let gene = 0; gene < levels.length; gene++) rates[gene] += scale * levels[gene];
}

/**
 * Draws a gamma-Poisson count of each gene into `counts`. The hottest loop of the package: runs genes × cells times.
 */
export function sampleCounts(random: Xoshiro128, rates: Float64Array, size: Float64Array, counts: Int32Array): void {
  for (let gene = 0; gene < rates.length; gene++) counts[gene] = negativeBinomial(random, rates[gene], size[gene]);
}
