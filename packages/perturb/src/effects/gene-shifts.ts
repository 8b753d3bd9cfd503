import type { PerturbedSequence } from '../sequence/gene-sequence.js';
import { cosine } from './cosine.js';

/** The shift of one gene's vector when other genes are perturbed. */
export interface GeneShift {
  token: number;
  /** 1 − cosine between its vectors after and before. */
  shift: number;
}

/**
 * Returns the genes whose vectors shift most, the largest shift first, ties by token id. A gene is compared with itself, wherever it is
 * in the two sequences. Perturbed genes and special tokens are left out.
 */
export function largestShifts(
  { tokens, from }: PerturbedSequence,
  { after, before, width }: { after: Float32Array; before: Float32Array; width: number },
  { range, without, most }: { range: { start: number; end: number }; without: ReadonlySet<number>; most: number },
): GeneShift[] {
  const shifts: GeneShift[] = [];
  tokens.forEach((token, at) => {
    const place = from[at];
    if (place < range.start || place >= range.end || without.has(token)) return;
    const now = after.subarray(at * width, (at + 1) * width);
    shifts.push({ token, shift: 1 - cosine(now, before.subarray(place * width, (place + 1) * width)) });
  });
  return shifts.sort((a, b) => b.shift - a.shift || a.token - b.token).slice(0, most);
}
