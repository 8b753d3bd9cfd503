/** One compiled graph in ONNX Runtime, and the bounded cache of them. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Compiled } from '../graph/compile.js';
import type { DType, TensorData } from '../graph/record.js';
import { OnnxRuntimeError, OutOfMemoryError } from '../errors.js';

export interface SessionSettings {
  threads: number;
  device: 'cpu' | 'webgpu';
  /** Threads wait for the next op in a loop, as long as a run lasts. */
  spin: boolean;
  /** Where ONNX Runtime writes its own profile of each graph; none when undefined. */
  profilePrefix?: string | undefined;
}

export interface Value {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: TensorData;
}

export class Session {
  private constructor(
    private readonly native: InferenceSession,
    private readonly compiled: Compiled,
    private readonly profiled: boolean,
  ) {}

  static async create(compiled: Compiled, settings: SessionSettings): Promise<Session> {
    const options: InferenceSession.SessionOptions = {
      executionProviders: settings.device === 'webgpu' ? ['webgpu', 'cpu'] : ['cpu'],
      intraOpNumThreads: settings.threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      // Between two runs no thread spins: the caller's own work is done there.
      extra: { session: { force_spinning_stop: '1', intra_op: { allow_spinning: settings.spin ? '1' : '0' } } },
      // Errors are thrown; a library prints nothing.
      logSeverityLevel: 4,
    };
    if (settings.profilePrefix !== undefined) {
      options.enableProfiling = true;
      options.profileFilePrefix = settings.profilePrefix;
    }
    try {
      return new Session(
        await InferenceSession.create(compiled.model, options),
        compiled,
        settings.profilePrefix !== undefined,
      );
    } catch (cause) {
      throw runtimeError('compile', compiled, cause);
    }
  }

  /** Runs the graph; results are written straight into `outputs`' buffers. */
  async run(inputs: readonly Value[], outputs: readonly Value[]): Promise<void> {
    const feeds: Record<string, Tensor> = {};
    const fetches: Record<string, Tensor> = {};
    inputs.forEach((value, i) => (feeds[this.compiled.inputNames[i] ?? ''] = asOrtTensor(value)));
    outputs.forEach((value, i) => (fetches[this.compiled.outputNames[i] ?? ''] = asOrtTensor(value)));
    try {
      await this.native.run(feeds, fetches);
    } catch (cause) {
      throw runtimeError('run', this.compiled, cause);
    }
  }

  /** Frees the native memory now rather than when the garbage collector finds the wrapper. */
  async release(): Promise<void> {
    if (this.profiled) this.native.endProfiling();
    await this.native.release();
  }
}

function asOrtTensor(value: Value): Tensor {
  return new Tensor(value.dtype, value.data, value.shape);
}

/** ONNX Runtime names the node in its message; what was recorded for it has the op and the shapes. */
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
