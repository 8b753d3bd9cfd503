/** One compiled graph in ONNX Runtime, and the bounded cache of them. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Compiled } from '../graph/compile.js';
import type { DType, TensorData } from './record.js';
import { OnnxRuntimeError } from '../errors.js';

export interface SessionSettings {
  threads: number;
  device: 'cpu' | 'webgpu';
  /** File prefix for ONNX Runtime's own profile; none when undefined. */
  profilePrefix?: string;
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
    private readonly detail: string,
    private readonly profiled: boolean,
  ) {}

  static async create(compiled: Compiled, settings: SessionSettings, detail: string): Promise<Session> {
    const options: InferenceSession.SessionOptions = {
      executionProviders: settings.device === 'webgpu' ? ['webgpu', 'cpu'] : ['cpu'],
      intraOpNumThreads: settings.threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    };
    if (settings.profilePrefix !== undefined) {
      options.enableProfiling = true;
      options.profileFilePrefix = settings.profilePrefix;
    }
    try {
      return new Session(
        await InferenceSession.create(compiled.model, options),
        compiled,
        detail,
        settings.profilePrefix !== undefined,
      );
    } catch (cause) {
      throw new OnnxRuntimeError('compile', failingNode(cause), detail, cause);
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
      throw new OnnxRuntimeError('run', failingNode(cause), this.detail, cause);
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

/** ONNX Runtime names the node in its message. */
function failingNode(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  return /Node(?: \(| with name |:|Name:|: name: )'?([A-Za-z]+_\d+)/.exec(cause.message)?.[1];
}
