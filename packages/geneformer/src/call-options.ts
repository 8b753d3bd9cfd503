import type { Progress } from '@geneformer-ts/core';

/** Options of every long call. */
export interface CallOptions {
  /** Receives each step. Default: one line on standard error if that is a terminal; `false` for none. */
  onProgress?: Progress | false;
  /** Stops the call, which then throws the reason of the signal. */
  signal?: AbortSignal;
}
