import { useBackend, type BackendName } from '@geneformer-ts/engine';

/**
 * Chooses what computes, from the environment: GENEFORMER_BACKEND (default onnx), GENEFORMER_DEVICE (default cpu), GENEFORMER_THREADS
 * (default all cores). The engine says which names it knows.
 */
export async function startCompute(): Promise<void> {
  const { GENEFORMER_BACKEND: backend, GENEFORMER_DEVICE: device, GENEFORMER_THREADS: threads } = process.env;
  await useBackend((backend ?? 'onnx') as BackendName, {
    ...(device ? { device: device as 'cpu' | 'webgpu' } : {}),
    ...(threads ? { threads: Number(threads) } : {}),
  });
}
