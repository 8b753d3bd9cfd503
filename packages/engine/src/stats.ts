import type { EngineStats } from './backend/stats.js';
import type { ProfileRow } from './backend/profile.js';
import { onnxBackend } from './select.js';

/** What the onnx backend has done since it started or since `resetStats`; undefined when it was never chosen. */
export function stats(): EngineStats | undefined {
  return onnxBackend()?.stats();
}

/** Sets the counters of `stats()` to zero. */
export function resetStats(): void {
  onnxBackend()?.resetStats();
}

/** Frees compiled graphs and spare buffers of the onnx backend; live tensors stay. Worth calling between jobs of different shapes. */
export async function trimMemory(): Promise<void> {
  await onnxBackend()?.trim();
}

/**
 * Time by op since the last call, if the onnx backend was chosen with `profile: true`; else nothing. Compiled graphs are released, so
 * call it at the end of what is to be measured. `formatProfile` makes a table of it.
 */
export async function readProfile(): Promise<ProfileRow[]> {
  return (await onnxBackend()?.profile()) ?? [];
}
