/**
 * ONNX Runtime's native library for Node, used directly. The npm package `onnxruntime-node` holds the libraries of five platforms
 * (290 MB) and downloads more while it is installed. So the library of each platform is a package of its own, of which npm installs
 * one; `onnxruntime-node` is used where it is installed, as in this repository.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { isMainThread } from 'node:worker_threads';
import type { DType, TensorData } from '../graph/record.js';
import { BackendUnavailableError } from '../errors.js';

/** Options of a native session, with the names of `onnxruntime-node`. */
export interface NativeOptions {
  executionProviders: readonly string[];
  intraOpNumThreads: number;
  interOpNumThreads: number;
  executionMode: 'sequential';
  graphOptimizationLevel: 'all';
  /** Entries of the configuration, nested at the dots of their names. */
  extra: Readonly<Record<string, unknown>>;
  /** From 0 (verbose) to 4 (only fatal errors). */
  logSeverityLevel: number;
  enableMemPattern?: boolean;
  enableProfiling?: boolean;
  profileFilePrefix?: string;
}

/** A tensor as the library reads it. */
export class NativeTensor {
  readonly location = 'cpu';

  constructor(
    readonly type: DType | 'int64',
    readonly data: TensorData | BigInt64Array,
    readonly dims: readonly number[],
  ) {}
}

/** A model in the library. Errors are plain ones with the library's message. */
export interface NativeSession {
  loadModel(buffer: ArrayBufferLike, byteOffset: number, byteLength: number, options: NativeOptions): Promise<void>;
  /** Writes the results into the arrays of `fetches`. */
  run(feeds: Record<string, NativeTensor>, fetches: Record<string, NativeTensor>, options: object): Promise<void>;
  endProfiling(): void;
  dispose(): void;
}

/** A session of the library itself, whose calls return when the work is done. */
interface LibrarySession {
  loadModel(...model: Parameters<NativeSession['loadModel']>): void;
  run(...values: Parameters<NativeSession['run']>): unknown;
  endProfiling(): void;
  dispose(): void;
}

interface Library {
  InferenceSession: new () => LibrarySession;
  initOrtOnce(logLevel: number, Tensor: typeof NativeTensor, isMainThread: boolean): void;
}

let loaded: Library | undefined;

/**
 * Returns a session without a model.
 *
 * @throws {BackendUnavailableError} when the library for this platform cannot be loaded
 */
export function nativeSession(): NativeSession {
  loaded ??= load();
  const session = new loaded.InferenceSession();
  return {
    async loadModel(...model) {
      await turn();
      session.loadModel(...model);
    },
    async run(...values) {
      await turn();
      session.run(...values);
    },
    endProfiling: () => session.endProfiling(),
    dispose: () => session.dispose(),
  };
}

/** Lets the event loop handle what is due, before the library blocks it. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const LOG_ONLY_FATAL = 4;

function load(): Library {
  const require = createRequire(import.meta.url);
  const { platform, arch } = process;
  const own = `@geneformer-ts/onnxruntime-${platform}-${arch}`;
  const causes: unknown[] = [];
  for (const file of [() => require.resolve(`${own}/onnxruntime_binding.node`), () => inOnnxRuntimeNode(require)]) {
    try {
      const library = require(file()) as Library;
      library.initOrtOnce(LOG_ONLY_FATAL, NativeTensor, isMainThread);
      return library;
    } catch (cause) {
      causes.push(cause);
    }
  }
  throw new BackendUnavailableError(
    'onnx',
    `package ${own} is not installed or cannot be loaded; run npm install without --omit=optional, or use backend 'wasm'`,
    new AggregateError(causes),
  );
}

function inOnnxRuntimeNode(require: NodeJS.Require): string {
  const folder = path.dirname(require.resolve('onnxruntime-node/package.json'));
  return path.join(folder, 'bin/napi-v6', process.platform, process.arch, 'onnxruntime_binding.node');
}
