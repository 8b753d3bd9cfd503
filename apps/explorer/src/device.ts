/** Where the page computes: on the graphics card if there is one, else with WebAssembly. */
import { stats, tf, useBackend } from '@geneformer-ts/engine';

/** What computes. */
export interface Device {
  kind: 'webgpu' | 'wasm';
  /** Maker and architecture of the graphics card; empty for WebAssembly. */
  adapter: string;
  threads: number;
}

/** The part of WebGPU's interface that is used here; TypeScript's library has none yet. */
interface Gpu {
  requestAdapter(): Promise<{
    isFallbackAdapter?: boolean;
    info?: { vendor: string; architecture: string; isFallbackAdapter?: boolean };
  } | null>;
}

/**
 * Starts the engine and computes once, so that a page that says it computes can also do so without a network.
 *
 * @param assets address of the files of the page
 * @param wanted `webgpu`: also an adapter that computes on the processor, and an error without any; `wasm`: no WebGPU
 */
export async function startDevice(assets: string, wanted: Device['kind'] | undefined): Promise<Device> {
  const adapter = wanted === 'wasm' ? undefined : await findAdapter(wanted === 'webgpu');
  if (adapter === undefined && wanted === 'webgpu')
    throw new Error('this browser has no WebGPU; open the page without ?device=webgpu');
  if (adapter !== undefined) {
    try {
      await useBackend('onnx', { device: 'webgpu', runtimeFolder: assets });
      await tf.add(1, 1).data();
      return { kind: 'webgpu', adapter, threads: 1 };
    } catch (error) {
      // Drivers can offer an adapter and refuse to compile; WebAssembly works everywhere.
      if (wanted === 'webgpu') throw error;
    }
  }
  await useBackend('onnx', { runtimeFolder: assets });
  await tf.add(1, 1).data();
  return { kind: 'wasm', adapter: '', threads: stats()?.threads ?? 1 };
}

/** Returns the name of the graphics card, or undefined if there is none. */
async function findAdapter(isFallbackAllowed: boolean): Promise<string | undefined> {
  const { gpu } = globalThis.navigator as { gpu?: Gpu };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (!adapter) return undefined;
  // A fallback adapter computes on the processor, slower than WebAssembly does.
  const isFallback = adapter.isFallbackAdapter ?? adapter.info?.isFallbackAdapter ?? false;
  if (isFallback && !isFallbackAllowed) return undefined;
  return [adapter.info?.vendor, adapter.info?.architecture].filter(Boolean).join(' ') || 'a graphics card';
}
