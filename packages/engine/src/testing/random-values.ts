import { fillUniform } from '../random/fill.js';

/** Values in [-1, 1), the same for the same seed. */
export function randomValues(size: number, seed: number): number[] {
  const values = new Float32Array(size);
  fillUniform(values, seed);
  return Array.from(values, (value) => 2 * value - 1);
}
