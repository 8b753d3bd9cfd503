import type { Xoshiro128 } from '@geneformer-ts/core';
import { gamma } from './gamma.js';
import { poisson } from './poisson.js';

/** Means from this value are drawn as a gamma-Poisson mixture; below it, inversion is faster. */
const MIXTURE_FROM = 8;

/**
 * Draws a gamma-Poisson (negative binomial) count with mean `mean` ≥ 0 and variance mean + mean²/size.
 *
 * Most genes of a cell have a mean near zero. P(0) is at least 1 − mean, so for them one uniform number and one
 * comparison are usually enough.
 */
export function negativeBinomial(random: Xoshiro128, mean: number, size: number): number {
  if (mean >= MIXTURE_FROM) return poisson(random, (gamma(random, size) * mean) / size);
  let left = random.uniform();
  if (left < 1 - mean) return 0;
  let probability = Math.exp(-size * Math.log1p(mean / size));
  const odds = mean / (mean + size);
  let k = 0;
  while (left > probability && (probability > 1e-17 || k < mean)) {
    left -= probability;
    probability *= (odds * (k + size)) / (k + 1);
    k++;
  }
  return k;
}
