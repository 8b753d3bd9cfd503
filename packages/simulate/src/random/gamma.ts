import type { Xoshiro128 } from '@geneformer-ts/core';

/**
 * Draws a gamma number with the given shape (> 0) and scale 1 (Marsaglia and Tsang 2000; with their boost for shapes
 * below 1).
 */
export function gamma(random: Xoshiro128, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * Math.exp(Math.log(random.uniform()) / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const root = 1 + c * x;
    if (root <= 0) continue;
    const cube = root * root * root;
    const u = random.uniform();
    const square = x * x;
    if (u < 1 - 0.0331 * square * square) return d * cube;
    if (Math.log(u) < 0.5 * square + d * (1 - cube + Math.log(cube))) return d * cube;
  }
}

/** Draws a beta number in (0, 1) from two gamma numbers. */
export function beta(random: Xoshiro128, a: number, b: number): number {
  const x = gamma(random, a);
  return x / (x + gamma(random, b));
}
