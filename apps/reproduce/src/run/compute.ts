import { readChoice, readCount, readSwitch } from '@geneformer-ts/core/node';
import { availableParallelism } from 'node:os';
import { backendNames, formatProfile, readProfile, stats, useBackend } from '@geneformer-ts/engine';

/** More threads than any machine has cores; a larger number is a mistake. */
const MOST_THREADS = 1024;
const devices = ['cpu', 'webgpu'] as const;

/**
 * Reads from the environment what computes: GENEFORMER_BACKEND (default onnx), GENEFORMER_DEVICE (default cpu), GENEFORMER_THREADS
 * (default all cores, shared evenly), GENEFORMER_PROFILE (1: measure every op).
 * @throws EnvironmentError when one of them has an impossible value
 */
export function computeSettings() {
  return {
    backend: readChoice('GENEFORMER_BACKEND', backendNames) ?? 'onnx',
    device: readChoice('GENEFORMER_DEVICE', devices),
    threads: readCount('GENEFORMER_THREADS', { max: MOST_THREADS }),
    profile: readSwitch('GENEFORMER_PROFILE'),
  };
}

/** The name, in cache keys, of what computes. */
export function computeName(): string {
  const { backend, device } = computeSettings();
  return [backend, device].filter(Boolean).join('-');
}

/**
 * Chooses what computes, from the environment (see {@link computeSettings}).
 *
 * @param besides tasks that run at the same time, this one included: two folds on half the cores each are done sooner than one after
 *   the other on all of them, because much of a small model's step does not divide over threads
 */
export async function startCompute(besides = 1): Promise<void> {
  const { backend, device, threads, profile } = computeSettings();
  await useBackend(backend, {
    ...(device ? { device } : {}),
    profile,
    threads: threads ?? Math.max(1, Math.floor(availableParallelism() / besides)),
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
