import type { EngineStats } from './backend/stats.js';
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
