/** ONNX Runtime in a browser: WebAssembly, with threads where the page is isolated from other origins, and WebGPU. */
import type { InferenceSession, Tensor } from 'onnxruntime-web';
import type * as ort from 'onnxruntime-web/wasm';
import type { NativeOptions, NativeSession } from '../backend/native.js';
import type { ProfileRow } from '../backend/profile.js';
import type { SessionSettings } from '../backend/session.js';
import type { Threads } from '../backend/threads.js';
import { BackendUnavailableError } from '../errors.js';
import type { DType, TensorData } from '../graph/record.js';

export type { NativeOptions, NativeSession } from '../backend/native.js';

type Library = typeof ort;

let library: Library | undefined;

/** Number of compiled graphs that stay in memory, of which a page has at most 4 GB. */
export const CACHED_SESSIONS = 12;

/** A page cannot measure the memory of its graphs. */
export function memoryInUse(): number {
  return 0;
}

/** A tensor as the backend describes it. */
export class NativeTensor {
  readonly location = 'cpu';

  constructor(
    readonly type: DType | 'int64',
    readonly data: TensorData | BigInt64Array,
    readonly dims: readonly number[],
  ) {}
}

/** Most threads: more gain nothing for products of this size. */
const LARGEST_POOL = 8;
/** The largest number that is accepted, as in Node; the pool is smaller. */
export const MOST_THREADS = 1024;

/** Returns the given threads; default one per core where threads may share memory, else one. */
export function chooseThreads({ threads }: { threads?: number | undefined }): Promise<Threads> {
  const { crossOriginIsolated, navigator } = globalThis as unknown as {
    crossOriginIsolated?: boolean;
    navigator: { hardwareConcurrency?: number };
  };
  const cores = crossOriginIsolated === true ? (navigator.hardwareConcurrency ?? 1) : 1;
  return Promise.resolve({ threads: Math.min(threads ?? cores, cores, LARGEST_POOL), spin: false });
}

/**
 * Loads ONNX Runtime.
 *
 * @param folder address of the folder with the files of onnxruntime-web, ending with a slash
 * @throws {BackendUnavailableError}
 */
export async function prepare({ device, threads }: SessionSettings, folder?: string): Promise<void> {
  const base = folder ?? './';
  const name = device === 'webgpu' ? 'ort-wasm-simd-threaded.asyncify' : 'ort-wasm-simd-threaded';
  const file = (ending: string): string => new URL(`${base}${name}.${ending}`, import.meta.url).href;
  try {
    library = device === 'webgpu' ? await import('onnxruntime-web/webgpu') : await import('onnxruntime-web/wasm');
    library.env.wasm.numThreads = threads;
    library.env.wasm.wasmPaths = { mjs: file('mjs'), wasm: file('wasm') };
    library.env.logLevel = 'fatal';
  } catch (cause) {
    throw new BackendUnavailableError('onnx', `onnxruntime-web cannot be loaded from ${base}`, cause);
  }
}

/** Returns a session without a model. */
export function nativeSession(): NativeSession {
  const runtime = library as Library;
  let session: InferenceSession | undefined;
  return {
    async loadModel(buffer, byteOffset, byteLength, options) {
      session = await runtime.InferenceSession.create(
        new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength),
        sessionOptions(options),
      );
    },
    async run(feeds, fetches) {
      const tensors: Record<string, Tensor> = {};
      for (const [name, { type, data, dims }] of Object.entries(feeds)) {
        tensors[name] = new runtime.Tensor(type as 'float32', data as Float32Array, dims);
      }
      const results = await (session as InferenceSession).run(tensors, Object.keys(fetches));
      // The library returns arrays of its own instead of filling those of the caller.
      for (const [name, { data }] of Object.entries(fetches)) {
        (data as Float32Array).set(results[name].data as Float32Array);
        results[name].dispose();
      }
      await takeTurns();
    },
    endProfiling: () => undefined,
    dispose: () => void session?.release(),
  };
}

/** Milliseconds of computing after which the messages of the worker are handled. */
const TURN = 50;
let turnBegan = 0;

/** Lets messages in, such as the one that cancels: WebAssembly does not pause, and waiting for its promise ends no turn. */
async function takeTurns(): Promise<void> {
  if (performance.now() - turnBegan < TURN) return;
  await new Promise((resolve) => setTimeout(resolve));
  turnBegan = performance.now();
}

function sessionOptions({ executionProviders, extra, ...options }: NativeOptions): InferenceSession.SessionOptions {
  const { graphOptimizationLevel, executionMode, enableMemPattern } = options;
  return {
    executionProviders: executionProviders.map((name) => (name === 'cpu' ? 'wasm' : name)),
    graphOptimizationLevel,
    executionMode,
    extra,
    logSeverityLevel: 4,
    ...(enableMemPattern !== undefined && { enableMemPattern }),
  };
}

/** Profiles are files, which a page does not have. */
export function profilePrefix(): undefined {
  return undefined;
}

export const collectProfile: (prefix: string) => Promise<ProfileRow[]> = () => Promise.resolve([]);

/** @throws {BackendUnavailableError} always: a page has the backends `onnx` and `cpu` */
export function registerTfjs(name: string): Promise<string> {
  return Promise.reject(new BackendUnavailableError(name, "it runs in Node only; use backend 'onnx' or 'cpu'"));
}
