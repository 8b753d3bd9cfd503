/** What the backend needs of its host: ONNX Runtime, threads, memory and the other backends. In a browser `browser.ts` takes its place. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { BackendMissingError } from '../errors.js';
import { registerWasmSegmentSum } from '../kernels/wasm-segment-sum.js';
import { tf } from '../tf.js';

export { nativeSession, NativeTensor, type NativeOptions, type NativeSession } from '../backend/native.js';
export { chooseThreads, MOST_THREADS } from '../backend/threads.js';
export { collectProfile, profilePrefix } from './profile-files.js';

/** Number of compiled graphs that stay in memory. */
export const CACHED_SESSIONS = 48;

/** Returns the memory of the process in bytes. */
export function memoryInUse(): number {
  return process.memoryUsage.rss();
}

/** Nothing needs to be loaded before the first graph. */
export const prepare: (settings: object, folder?: string) => Promise<void> = () => Promise.resolve();

/**
 * Registers a backend of TensorFlow.js.
 *
 * @returns the name that it has in TensorFlow.js
 * @throws {BackendMissingError}
 */
export async function registerTfjs(name: 'wasm' | 'tensorflow' | 'tensorflow-gpu'): Promise<string> {
  if (name !== 'wasm') {
    await importPeer(name, name === 'tensorflow' ? '@tensorflow/tfjs-node' : '@tensorflow/tfjs-node-gpu');
    return 'tensorflow';
  }
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  if (tf.findBackend('wasm') === null) wasm.setWasmPaths(path.dirname(entry) + path.sep);
  registerWasmSegmentSum();
  return 'wasm';
}

async function importPeer(backend: string, packageName: string): Promise<void> {
  try {
    await import(packageName);
  } catch (cause) {
    throw new BackendMissingError(backend, packageName, cause);
  }
}
