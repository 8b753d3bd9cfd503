import type { CellSource } from '@geneformer-ts/io';
import { FractionalCountsError, LogNormalisedError, NotCountsError } from './errors.js';

/** Values above this are not logarithms of counts: log2 of a million is 20. */
const LARGEST_LOGARITHM = 25;

/** Non-zero values seen so far. */
export interface ValueCounts {
  nonZero: number;
  /** Those that are not whole numbers. */
  fractional: number;
  largest: number;
}

/** @throws LogNormalisedError, FractionalCountsError when some values are not whole numbers */
export function checkWholeCounts(path: string, { nonZero, fractional, largest }: ValueCounts): void {
  if (fractional === 0) return;
  const share = fractional / nonZero;
  if (share > 0.5 && largest < LARGEST_LOGARITHM) throw new LogNormalisedError(path, share, largest);
  throw new FractionalCountsError(path, share, largest, fractional);
}

/** What was thrown while `source` was read; an error about values that are not counts names the matrices that hold counts. */
export async function withCountLayers(cause: unknown, source: CellSource): Promise<unknown> {
  if (!(cause instanceof NotCountsError)) return cause;
  return cause.withLayers(await source.countLayers?.());
}
