import type { Progress } from '@geneformer-ts/core';
import type { AnnData } from '@geneformer-ts/io';
import { ensureBackend } from '../backend.js';
import type { CallOptions } from '../call-options.js';
import { progressOf } from '../progress/progress-line.js';
import { type CountOptions, readingOf } from './count-options.js';
import { type TokenFormat, tokenizedCells, type TokenizedCells } from './tokenized-cells.js';

/** Progress and signal of a call, as its parts need them. */
export interface Calls {
  onProgress: Progress;
  signal?: AbortSignal;
}

/** Selects a backend if none is selected, and reports the progress of a call until it ends. */
export async function withProgress<T>(
  { onProgress, signal }: CallOptions,
  use: (calls: Calls) => Promise<T>,
): Promise<T> {
  const progress = progressOf(onProgress);
  try {
    await ensureBackend();
    return await use({ onProgress: progress.report, ...(signal && { signal }) });
  } finally {
    progress.clear();
  }
}

/** Tokenizes cells into a temporary folder for the time of a call, and reports its progress. */
export function withTokens<T>(
  cells: AnnData,
  format: TokenFormat,
  options: CountOptions & CallOptions,
  use: (tokens: TokenizedCells, calls: Calls) => Promise<T>,
): Promise<T> {
  const counts = readingOf(options);
  return withProgress(options, async (calls) => {
    await using tokens = await tokenizedCells(cells, format, { ...counts, ...calls });
    return await use(tokens, calls);
  });
}
