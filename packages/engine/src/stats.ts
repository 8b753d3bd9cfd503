import type { EngineStats } from './backend/stats.js';
import type { ProfileRow } from './backend/profile.js';
import { onnxBackend } from './select.js';

/**
 * Returns the counters of the onnx backend since its start or the last `resetStats`, or undefined if it was never selected.
 *
 * ```ts
 * stats()?.compiles; // 1 after the first read
 * ```
 */
export function stats(): EngineStats | undefined {
  return onnxBackend()?.stats();
}

/** Sets the counters of `stats()` to zero. */
export function resetStats(): void {
  onnxBackend()?.resetStats();
}

/** Frees compiled graphs and unused buffers of the onnx backend; live tensors stay. Useful between jobs with different shapes. */
export async function trimMemory(): Promise<void> {
  await onnxBackend()?.trim();
}

/**
 * Returns the time per op since the last call if the onnx backend was selected with `profile: true`, otherwise an empty list. It frees
 * compiled graphs, so call it only at the end of a measurement. `formatProfile` converts the result to a table.
 */
export async function readProfile(): Promise<ProfileRow[]> {
  return (await onnxBackend()?.profile()) ?? [];
}
