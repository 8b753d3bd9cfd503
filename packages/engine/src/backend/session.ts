/** One compiled graph in ONNX Runtime. */
import type { Compiled } from '../graph/compile.js';
import type { DType, TensorData } from '../graph/record.js';
import type { TensorConstant } from '../onnx/model.js';
import { OnnxRuntimeError, OutOfMemoryError } from '../errors.js';
import { nativeSession, NativeTensor, type NativeOptions, type NativeSession } from '#runtime';

/** Settings of all sessions of a backend. */
export interface SessionSettings {
  threads: number;
  device: 'cpu' | 'webgpu';
  /** Whether threads spin while they wait for the next op of a run. */
  spin: boolean;
  /** Whether a session gets tensors of other sizes at every run; then no plan of its memory is kept. */
  anySizes?: boolean;
  /** Path prefix of the profiles that ONNX Runtime writes; undefined for no profiles. */
  profilePrefix?: string | undefined;
}

/** Values of a tensor with shape and dtype. */
export interface Value {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: TensorData;
}

/** A compiled graph that can be run. */
export class Session {
  private constructor(
    private readonly native: NativeSession,
    private readonly compiled: Compiled,
    private readonly profiled: boolean,
  ) {}

  /**
   * Compiles a graph.
   *
   * @throws {OnnxRuntimeError}
   * @throws {OutOfMemoryError}
   */
  static async create(compiled: Compiled, settings: SessionSettings): Promise<Session> {
    const options: NativeOptions = {
      executionProviders: settings.device === 'webgpu' ? ['webgpu', 'cpu'] : ['cpu'],
      intraOpNumThreads: settings.threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      // Threads do not spin between runs, so that the caller's code gets the cores.
      extra: {
        session: {
          force_spinning_stop: '1',
          intra_op: { allow_spinning: settings.spin ? '1' : '0' },
          // Older processors sum products of 8-bit integers in 16 bits, which overflows, unless this is set.
          x64quantprecision: '1',
        },
      },
      // A library does not print; errors are thrown.
      logSeverityLevel: 4,
    };
    if (settings.anySizes) options.enableMemPattern = false;
    if (settings.profilePrefix !== undefined) {
      options.enableProfiling = true;
      options.profileFilePrefix = settings.profilePrefix;
    }
    const native = nativeSession();
    const { buffer, byteOffset, byteLength } = compiled.model;
    try {
      await native.loadModel(buffer, byteOffset, byteLength, options);
      return new Session(native, compiled, settings.profilePrefix !== undefined);
    } catch (cause) {
      throw runtimeError('compile', compiled, cause);
    }
  }

  /**
   * Runs the graph and writes the results into the buffers of `outputs`. `sizes` are inputs of a graph for any sizes, after the others.
   *
   * @throws {OnnxRuntimeError}
   * @throws {OutOfMemoryError}
   */
  async run(inputs: readonly Value[], outputs: readonly Value[], sizes: readonly TensorConstant[] = []): Promise<void> {
    const feeds: Record<string, NativeTensor> = {};
    const fetches: Record<string, NativeTensor> = {};
    const tensors = [...inputs.map(nativeTensor), ...sizes.map(sizeTensor)];
    tensors.forEach((tensor, i) => (feeds[this.compiled.inputNames[i] ?? ''] = tensor));
    outputs.forEach((value, i) => (fetches[this.compiled.outputNames[i] ?? ''] = nativeTensor(value)));
    try {
      await this.native.run(feeds, fetches, {});
    } catch (cause) {
      throw runtimeError('run', this.compiled, cause);
    }
  }

  /** Frees the native memory without waiting for the garbage collector. */
  release(): void {
    if (this.profiled) this.native.endProfiling();
    this.native.dispose();
  }
}

function nativeTensor({ dtype, data, shape }: Value): NativeTensor {
  return new NativeTensor(dtype, data, shape);
}

function sizeTensor({ bytes, dims }: TensorConstant): NativeTensor {
  return new NativeTensor('int64', new BigInt64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8), dims);
}

/** Adds the recorded op and its shapes to an error of ONNX Runtime, whose message names only the node. */
function runtimeError(
  phase: 'compile' | 'run',
  compiled: Compiled,
  cause: unknown,
): OnnxRuntimeError | OutOfMemoryError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const bytes = /requested buffer of size (\d+)/.exec(message)?.[1];
  const node = /\b([A-Z][A-Za-z]+_\d+)\b/.exec(message)?.[1];
  const recorded = node === undefined ? undefined : compiled.origins.get(node);
  if (bytes !== undefined) return new OutOfMemoryError(Number(bytes), recorded ?? 'a graph', cause);
  return new OnnxRuntimeError(phase, node, recorded ?? `${compiled.nodes} nodes`, cause);
}
