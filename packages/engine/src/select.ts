/** Selects the backend. */
import { ArgumentError, checkChoice, checkOptions, type OptionNames } from '@geneformer-ts/core';
import { tf } from './tf.js';
import { LazyBackend } from './backend/lazy-backend.js';
import { chooseThreads, MOST_THREADS, prepare, profilePrefix, registerTfjs } from '#runtime';
import { Session, type SessionSettings, type Value } from './backend/session.js';
import { registerGradients } from './gradients/all.js';
import { GraphBuilder } from './graph/builder.js';
import { registerKernels } from './register-kernels.js';
import { encodeModel } from './onnx/model.js';
import { BACKEND } from './kernels/register.js';
import { BackendUnavailableError } from './errors.js';

/** Names of the backends for {@link useBackend}. */
export const backendNames = ['onnx', 'wasm', 'cpu', 'tensorflow', 'tensorflow-gpu'] as const;
/** A name of {@link backendNames}. */
export type BackendName = (typeof backendNames)[number];

/** Options of the onnx backend; the other backends ignore them. */
export interface BackendOptions {
  /** Device of the onnx backend. Default `'cpu'`. */
  device?: 'cpu' | 'webgpu';
  /**
   * Number of threads of the onnx backend, from 1 to 1024. Default the environment variable `GENEFORMER_THREADS`, else the number of cores that other
   * processes leave free at this moment.
   */
  threads?: number;
  /**
   * Whether threads of the onnx backend spin, rather than sleep, while they wait for the next op of a graph. Saves a third of a training
   * step on free cores, and costs several times as much on cores that other processes use. Default whether there is a free core for
   * every thread.
   */
  spin?: boolean;
  /**
   * In a browser, the address of the folder with the files of onnxruntime-web, ending with a slash. Default: the folder of the script.
   * Node ignores it.
   */
  runtimeFolder?: string;
  /** Measure the time of every op of the onnx backend, for `readProfile`; slows it down a little. Default false. */
  profile?: boolean;
}

const known: OptionNames<BackendOptions> = {
  device: true,
  threads: true,
  spin: true,
  profile: true,
  runtimeFolder: true,
};

/**
 * Selects the backend of all later ops in this thread.
 *
 * - `onnx`: the backend of this package. A second call with the same options keeps live tensors; with other options it creates a new
 *   backend, and the tensors of the previous one are lost.
 * - `wasm`, `cpu`: the backends of TensorFlow.js.
 * - `tensorflow`, `tensorflow-gpu`: the native TensorFlow library through `@tensorflow/tfjs-node` or `-node-gpu`, if installed.
 *
 * ```ts
 * await useBackend('onnx', { threads: 2 });
 * tf.getBackend(); // 'onnx'
 * ```
 *
 * @throws {ArgumentError} when an option is unknown, of the wrong kind or out of range, for every backend
 * @throws {BackendMissingError} when the optional package of a `tensorflow*` backend is not installed
 * @throws {BackendUnavailableError} when the backend cannot start on this machine
 */
export async function useBackend(name: BackendName, options: BackendOptions = {}): Promise<void> {
  checkOptions('useBackend', options, known);
  checkValues(options);
  registerGradients();
  switch (name) {
    case 'onnx':
      return useOnnx(options);
    case 'cpu':
      await import('@tensorflow/tfjs-backend-cpu');
      await activate('cpu', name);
      return withoutBanner(() => tf.dispose(tf.scalar(0)));
    case 'wasm':
    case 'tensorflow':
    case 'tensorflow-gpu':
      return activate(await registerTfjs(name), name);
    default:
      throw new BackendUnavailableError(String(name), `it does not exist; choose one of ${backendNames.join(', ')}`);
  }
}

/** Checks the values of options, which ONNX Runtime ignores or refuses only at the first read. */
function checkValues({ device = 'cpu', threads = 1, spin = true, profile = false }: BackendOptions): void {
  checkChoice('device', device, ['cpu', 'webgpu']);
  if (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS) {
    throw ArgumentError.of('threads', threads, `a whole number from 1 to ${MOST_THREADS}`);
  }
  for (const [name, value] of Object.entries<unknown>({ spin, profile })) {
    if (typeof value !== 'boolean') throw ArgumentError.of(name, value, 'true or false');
  }
}

let active: { backend: LazyBackend; options: string } | undefined;

/** Returns the onnx backend, or undefined if it was never selected. */
export function onnxBackend(): LazyBackend | undefined {
  return active?.backend;
}

async function useOnnx(options: BackendOptions): Promise<void> {
  const { device = 'cpu', threads, spin, profile = false, runtimeFolder } = options;
  // The options as given: the threads that are chosen by the load of the machine can differ from call to call.
  const key = JSON.stringify({ device, threads, spin, profile });
  if (active?.options !== key) {
    const settings = {
      device,
      ...(await chooseThreads({ threads, spin })),
      profilePrefix: profile ? profilePrefix() : undefined,
    };
    await prepare(settings, runtimeFolder);
    if (device === 'webgpu') await probe(settings);
    if (active) tf.removeBackend(BACKEND);
    registerKernels();
    const backend = new LazyBackend(settings);
    tf.registerBackend(BACKEND, () => backend);
    active = { backend, options: key };
  }
  await activate(BACKEND, 'onnx');
}

/** Checks a device by computing 1 + 1 on it, because ONNX Runtime can support a device that this machine does not have. */
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
    session.release();
  } catch (cause) {
    throw new BackendUnavailableError(
      'onnx',
      `device '${settings.device}' cannot start on this machine; use device 'cpu'`,
      cause,
    );
  }
}

const FAILED_TO_START = "it failed to start; use backend 'onnx' or 'cpu'";

async function activate(registered: string, name: BackendName): Promise<void> {
  const ready = await tf.setBackend(registered).catch((cause: unknown) => {
    throw new BackendUnavailableError(name, FAILED_TO_START, cause);
  });
  if (!ready) throw new BackendUnavailableError(name, FAILED_TO_START);
}

/** Suppresses the message that tfjs's cpu backend prints at its first tensor outside production mode. */
function withoutBanner(firstUse: () => void): void {
  const before = tf.env().getBool('PROD');
  tf.env().set('PROD', true);
  firstUse();
  tf.env().set('PROD', before);
}
