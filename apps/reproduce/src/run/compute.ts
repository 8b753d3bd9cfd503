import { readChoice, readCount, readSwitch } from '@geneformer-ts/core/node';
import { availableParallelism } from 'node:os';
import type { Cores } from './define.js';
import { backendNames, formatProfile, readProfile, stats, useBackend } from '@geneformer-ts/engine';

/** The maximum number of threads: more than any machine has cores, so a larger number is a mistake. */
const MOST_THREADS = 1024;
const devices = ['cpu', 'webgpu'] as const;

/**
 * Reads the compute settings from the environment: GENEFORMER_BACKEND (default onnx), GENEFORMER_DEVICE (default cpu), GENEFORMER_THREADS
 * (default all cores, shared evenly), GENEFORMER_PROFILE (1: measure every op).
 * @throws EnvironmentError when a variable has an invalid value
 */
export function computeSettings() {
  return {
    backend: readChoice('GENEFORMER_BACKEND', backendNames) ?? 'onnx',
    device: readChoice('GENEFORMER_DEVICE', devices),
    threads: readCount('GENEFORMER_THREADS', { max: MOST_THREADS }),
    profile: readSwitch('GENEFORMER_PROFILE'),
  };
}

/**
 * Starts the backend that the environment selects (see {@link computeSettings}).
 *
 * @param cores two folds on half of the cores each finish sooner than one after the other on all cores, because much of a small model's
 *   step is not parallel
 */
export async function startCompute(cores: Cores = 'all'): Promise<void> {
  const { backend, device, threads, profile } = computeSettings();
  await useBackend(backend, {
    ...(device ? { device } : {}),
    profile,
    threads: threads ?? Math.max(1, Math.floor(availableParallelism() / (cores === 'half' ? 2 : 1))),
  });
}

/** Returns a table of the time spent per op and in compiling. Empty when nothing was measured. */
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
