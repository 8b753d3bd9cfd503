import type { Xoshiro128 } from '@geneformer-ts/core';
import { logFactorial } from './log-factorial.js';

/**
 * Draws a Poisson number with the given mean (≥ 0): inversion below 10, Hörmann's transformed rejection PTRS (1993)
 * from 10.
 */
export function poisson(random: Xoshiro128, mean: number): number {
  if (mean < 10) return byInversion(random, mean);
  const logMean = Math.log(mean);
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const squeeze = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = random.uniform() - 0.5;
    const v = random.uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= squeeze) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (Math.log((v * inverseAlpha) / (a / (us * us) + b)) <= k * logMean - mean - logFactorial(k)) return k;
  }
}

function byInversion(random: Xoshiro128, mean: number): number {
  let left = random.uniform();
  let probability = Math.exp(-mean);
  let k = 0;
  // Probabilities below 1e-17 add nothing to a double; the remainder is rounding error.
  while (left > probability && (probability > 1e-17 || k < mean)) {
    left -= probability;
    k++;
    probability *= mean / k;
  }
  return k;
}
