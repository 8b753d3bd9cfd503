import { availableParallelism } from 'node:os';
import { useBackend, type BackendName } from '@geneformer-ts/engine';

/**
 * Chooses what computes, from the environment: GENEFORMER_BACKEND (default onnx), GENEFORMER_DEVICE (default cpu), GENEFORMER_THREADS
 * (default all cores, shared evenly). The engine says which names it knows.
 *
 * @param besides tasks that run at the same time, this one included: two folds on half the cores each are done sooner than one after
 *   the other on all of them, because much of a small model's step does not divide over threads
 */
export async function startCompute(besides = 1): Promise<void> {
  const { GENEFORMER_BACKEND: backend, GENEFORMER_DEVICE: device, GENEFORMER_THREADS: threads } = process.env;
  await useBackend((backend ?? 'onnx') as BackendName, {
    ...(device ? { device: device as 'cpu' | 'webgpu' } : {}),
    threads: threads ? Number(threads) : Math.max(1, Math.floor(availableParallelism() / besides)),
  });
}
