import { fillUniform } from '../random/fill.js';

/** Returns `size` random values in [-1, 1). */
export function randomValues(size: number, seed: number): number[] {
  const values = new Float32Array(size);
  fillUniform(values, seed);
  return Array.from(values, (value) => 2 * value - 1);
}
