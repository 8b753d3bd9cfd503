/** Choosing what computes. */
import { availableParallelism } from 'node:os';
import { createRequire } from 'node:module';
import path from 'node:path';
import { tf } from './tf.js';
import { LazyBackend } from './backend/lazy-backend.js';
import { profileFolder } from './backend/profile.js';
import { Session, type SessionSettings, type Value } from './backend/session.js';
import { registerGradients } from './gradients/all.js';
import { GraphBuilder } from './graph/builder.js';
import { registerKernels } from './register-kernels.js';
import { registerWasmSegmentSum } from './kernels/wasm-segment-sum.js';
import { encodeModel } from './onnx/model.js';
import { BACKEND } from './kernels/register.js';
import { BackendMissingError, BackendUnavailableError } from './errors.js';

export const backendNames = ['onnx', 'wasm', 'cpu', 'tensorflow', 'tensorflow-gpu'] as const;
export type BackendName = (typeof backendNames)[number];

export interface BackendOptions {
  /** Where the onnx backend computes. Default `cpu`. */
  device?: 'cpu' | 'webgpu';
  /** Threads of the onnx backend. Default: all cores this process may use. */
  threads?: number;
  /**
   * Whether threads of the onnx backend wait for the next op in a loop rather than asleep, while a graph runs. On cores of one's own
   * that saves a third of a training step; on cores that others want too it costs more than it saves. Default true.
   */
  spin?: boolean;
  /** Measure every op of the onnx backend, for `readProfile`. It costs some speed. Default false. */
  profile?: boolean;
}

/**
 * Makes `name` the backend of every following op, in this process (and this thread).
 *
 * - `onnx`: this package's own. Calling it again with the same options keeps live tensors; with others it starts afresh, and tensors
 *   of the earlier one are lost.
 * - `wasm`, `cpu`: TensorFlow.js's own.
 * - `tensorflow`, `tensorflow-gpu`: the native TensorFlow library through `@tensorflow/tfjs-node` or `-node-gpu`, if installed.
 *
 * @throws {BackendMissingError} when the optional package of a `tensorflow*` backend is not installed
 * @throws {BackendUnavailableError} when the backend does not start here
 */
export async function useBackend(name: BackendName, options: BackendOptions = {}): Promise<void> {
  registerGradients();
  switch (name) {
    case 'onnx':
      return useOnnx(options);
    case 'cpu':
      await import('@tensorflow/tfjs-backend-cpu');
      await activate('cpu', name);
      return withoutGreeting(() => tf.dispose(tf.scalar(0)));
    case 'wasm':
      return useWasm();
    case 'tensorflow':
      await importPeer(name, '@tensorflow/tfjs-node');
      return activate('tensorflow', name);
    case 'tensorflow-gpu':
      await importPeer(name, '@tensorflow/tfjs-node-gpu');
      return activate('tensorflow', name);
    default:
      throw new BackendUnavailableError(String(name), `it does not exist; choose one of ${backendNames.join(', ')}`);
  }
}

let active: { backend: LazyBackend; options: string } | undefined;

/** The running onnx backend, if it was ever chosen. */
export function onnxBackend(): LazyBackend | undefined {
  return active?.backend;
}

async function useOnnx(options: BackendOptions): Promise<void> {
  const { device = 'cpu', threads = availableParallelism(), spin = true, profile = false } = options;
  const key = JSON.stringify({ device, threads, spin, profile });
  if (active?.options !== key) {
    const settings = {
      device,
      threads,
      spin,
      profilePrefix: profile ? path.join(profileFolder(), 'graph') : undefined,
    };
    if (device === 'webgpu') await probe(settings);
    if (active) tf.removeBackend(BACKEND);
    registerKernels();
    const backend = new LazyBackend(settings);
    tf.registerBackend(BACKEND, () => backend);
    active = { backend, options: key };
  }
  await activate(BACKEND, 'onnx');
}

/** A device may be compiled in and still not be there: computes 1 + 1 on it. */
async function probe(settings: SessionSettings): Promise<void> {
  const graph = new GraphBuilder();
  graph.op('Add', ['x', 'x'], {}, 'y');
  const scalar = { type: 'float32', dims: [1] } as const;
  const model = encodeModel({
    nodes: graph.nodes,
    constants: graph.constants,
    inputs: [{ name: 'x', ...scalar }],
    outputs: [{ name: 'y', ...scalar }],
  });
  const value = (data: Float32Array): Value => ({ shape: [1], dtype: 'float32', data });
  try {
    const compiled = { model, nodes: 1, origins: new Map<string, string>(), inputNames: ['x'], outputNames: ['y'] };
    const session = await Session.create(compiled, settings);
    await session.run([value(Float32Array.of(1))], [value(new Float32Array(1))]);
    await session.release();
  } catch (cause) {
    throw new BackendUnavailableError(
      'onnx',
      `device '${settings.device}' does not start here; use device 'cpu'`,
      cause,
    );
  }
}

async function useWasm(): Promise<void> {
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  if (tf.findBackend('wasm') === null) wasm.setWasmPaths(path.dirname(entry) + path.sep);
  registerWasmSegmentSum();
  await activate('wasm', 'wasm');
}

async function importPeer(backend: BackendName, packageName: string): Promise<void> {
  try {
    await import(packageName);
  } catch (cause) {
    throw new BackendMissingError(backend, packageName, cause);
  }
}

async function activate(registered: string, name: BackendName): Promise<void> {
  const ready = await tf.setBackend(registered).catch((cause: unknown) => {
    throw new BackendUnavailableError(name, 'it failed to start', cause);
  });
  if (!ready) throw new BackendUnavailableError(name, 'it failed to start');
}

/** tfjs's cpu backend prints an advertisement at its first tensor unless tfjs is in production mode; a library must not print. */
function withoutGreeting(firstUse: () => void): void {
  const before = tf.env().getBool('PROD');
  tf.env().set('PROD', true);
  firstUse();
  tf.env().set('PROD', before);
}
