import { availableParallelism } from 'node:os';
import { formatProfile, readProfile, stats, useBackend, type BackendName } from '@geneformer-ts/engine';

/**
 * Chooses what computes, from the environment: GENEFORMER_BACKEND (default onnx), GENEFORMER_DEVICE (default cpu), GENEFORMER_THREADS
 * (default all cores, shared evenly), GENEFORMER_PROFILE (anything: measure every op). The engine says which names it knows.
 *
 * @param besides tasks that run at the same time, this one included: two folds on half the cores each are done sooner than one after
 *   the other on all of them, because much of a small model's step does not divide over threads
 */
export async function startCompute(besides = 1): Promise<void> {
  const {
    GENEFORMER_BACKEND: backend,
    GENEFORMER_DEVICE: device,
    GENEFORMER_THREADS: threads,
    GENEFORMER_PROFILE: profile,
  } = process.env;
  await useBackend((backend ?? 'onnx') as BackendName, {
    ...(device ? { device: device as 'cpu' | 'webgpu' } : {}),
    profile: Boolean(profile),
    threads: threads ? Number(threads) : Math.max(1, Math.floor(availableParallelism() / besides)),
  });
}

/** Where the time of this process went: a table by op, and what compiling cost. Empty when nothing was measured. */
export async function profileTable(): Promise<string> {
  const counters = stats();
  const rows = await readProfile();
  if (!counters || rows.length === 0) return '';
  const { runs, compiles, compileMs, cacheHits, traceMs, runMs, updateMs, liveBytes, pooledBytes } = counters;
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MB`;
  return [
    formatProfile(rows),
    `${runs} runs in ${seconds(runMs)}; ${compiles} graphs compiled in ${seconds(compileMs)}, ${cacheHits} found; tracing ${seconds(traceMs)}`,
    `updates ${seconds(updateMs)}; ${megabytes(liveBytes)} in live tensors, ${megabytes(pooledBytes)} in spare buffers`,
    '',
  ].join('\n');
}
