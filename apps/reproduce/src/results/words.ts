/** Writes scores, differences and p-values as text, the same in tables, reports and answers. */
import type { Estimate } from './measure.js';

export function score(value: number | null | undefined): string {
  return Number.isFinite(value) ? value!.toFixed(3) : 'not defined';
}

/** Returns `0.928 (0.915–0.940)`. */
export function scoreRange({ mean, ci95: [low, high] }: Estimate): string {
  return `${score(mean)} (${score(low)}–${score(high)})`;
}

/** Returns a number with its sign: `−0.001`. */
export function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${score(Math.abs(value))}`;
}

/** Returns `−0.001 (−0.013 to +0.011)`. */
export function signedRange({ mean, ci95: [low, high] }: Estimate): string {
  return `${signed(mean)} (${signed(low)} to ${signed(high)})`;
}

export function probability(value: number | null): string {
  if (value === null) return 'not defined';
  return value < 0.001 ? '< 0.001' : value.toFixed(3);
}
