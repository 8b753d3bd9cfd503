/**
 * A TensorFlow.js backend that computes nothing when an op is called. Kernels record; the first read compiles everything that is
 * pending and alive into one ONNX graph, or finds it compiled, and runs it. Whatever was disposed in the meantime (as `tf.tidy`
 * does with a training step's activations) is never an output, so ONNX Runtime plans its memory.
 */
import { tf } from '../tf.js';
import { compile } from '../graph/compile.js';
import { trace } from '../graph/trace.js';
import { BufferPool } from './buffers.js';
import {
  asDType,
  asTensorData,
  sizeOf,
  type Attrs,
  type DType,
  type GraphNode,
  type LazyTensor,
  type Lowering,
  type TensorData,
} from './record.js';
import { Session, type SessionSettings, type Value } from './session.js';
import { SessionCache } from './session-cache.js';
import { zeroCounters, type EngineStats } from './stats.js';
import { DisposedTensorError, SyncReadError } from '../errors.js';

export interface OutputSpec {
  shape: readonly number[];
  dtype: DType;
}

const DEFAULT_CACHED_SESSIONS = 48;

export class LazyBackend extends tf.KernelBackend {
  private readonly tensors: tf.DataStorage<LazyTensor> = new tf.DataStorage(this, tf.engine());
  private readonly pending = new Set<LazyTensor>();
  private readonly buffers = new BufferPool();
  private readonly sessions = new SessionCache(DEFAULT_CACHED_SESSIONS);
  private counters = zeroCounters();
  private queue: Promise<void> = Promise.resolve();
  private liveBytes = 0;

  constructor(private readonly settings: SessionSettings) {
    super();
  }

  /** Records one op of one output and returns its handle. */
  record(
    op: string,
    lower: Lowering,
    inputs: readonly tf.TensorInfo[],
    output: OutputSpec,
    attrs: Attrs = {},
  ): tf.TensorInfo {
    const [first] = this.recordMany(op, lower, inputs, [output], attrs);
    return first as tf.TensorInfo;
  }

  /** Records one op of several outputs. Those that nobody reads or uses are not computed. */
  recordMany(
    op: string,
    lower: Lowering,
    inputs: readonly tf.TensorInfo[],
    outputs: readonly OutputSpec[],
    attrs: Attrs = {},
  ): tf.TensorInfo[] {
    const node: GraphNode = {
      op,
      lower,
      inputs: inputs.map((input) => this.tensors.get(input.dataId)),
      attrs,
      outputs: [],
    };
    this.counters.recordedOps++;
    return outputs.map(({ shape, dtype }, index) => {
      const tensor: LazyTensor = { shape, dtype, refCount: 1, node, index, data: undefined, recyclable: true };
      node.outputs.push(tensor);
      this.pending.add(tensor);
      const dataId = {};
      this.tensors.set(dataId, tensor);
      return { dataId, shape: [...shape], dtype };
    });
  }

  /** A second handle to the same values, as `reshape` to the same shape and `identity` give. */
  alias(input: tf.TensorInfo): tf.TensorInfo {
    this.incRef(input.dataId);
    return { dataId: input.dataId, shape: input.shape, dtype: input.dtype };
  }

  stats(): EngineStats {
    return {
      ...this.counters,
      sessions: this.sessions.size,
      liveBytes: this.liveBytes,
      pooledBytes: this.buffers.bytes,
      threads: this.settings.threads,
    };
  }

  resetStats(): void {
    this.counters = zeroCounters();
  }

  /** Forgets compiled graphs and spare buffers, and frees their memory. Live tensors stay. */
  async trim(): Promise<void> {
    await this.queue;
    this.buffers.clear();
    await this.sessions.clear();
  }

  /** Computes every pending tensor that is alive. */
  flush(): Promise<void> {
    const turn = this.queue.then(() => this.run());
    // A failed run is reported to whoever asked for it; the next one must still get its turn.
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  private async run(): Promise<void> {
    if (this.pending.size === 0) return;
    const started = performance.now();
    // A tensor whose run failed is asked for again by its next read, so one may be here that another run has computed since.
    const graph = trace([...this.pending].filter((tensor) => !tensor.data));
    this.pending.clear();
    const traced = performance.now();
    this.counters.traceMs += traced - started;

    const session = await this.sessionFor(graph);
    const ready = performance.now();
    const outputs = graph.outputs.map((tensor): Value => ({
      ...spec(tensor),
      data: this.buffers.take(tensor.shape, tensor.dtype),
    }));
    await session.run(graph.feeds.map(concrete), outputs);
    this.counters.runMs += performance.now() - ready;
    this.counters.runs++;

    graph.outputs.forEach((tensor, i) => {
      tensor.data = outputs[i]?.data;
      tensor.node = undefined;
      if (tensor.refCount > 0) this.liveBytes += tensor.data?.byteLength ?? 0;
    });
    // Ops recorded meanwhile may still need the operands of this run; otherwise nothing can reach the dead ones any more.
    if (this.pending.size === 0) for (const feed of graph.feeds) if (feed.refCount === 0) this.buffers.give(feed);
  }

  private async sessionFor(graph: ReturnType<typeof trace>): Promise<Session> {
    const known = this.sessions.get(graph.key);
    if (known) {
      this.counters.cacheHits++;
      return known;
    }
    const started = performance.now();
    const compiled = compile(graph);
    const session = await Session.create(compiled, this.settings, `${compiled.nodes} nodes`);
    await this.sessions.add(graph.key, session);
    this.counters.compiles++;
    this.counters.compileMs += performance.now() - started;
    return session;
  }

  override async read(dataId: object): Promise<tf.BackendValues> {
    const tensor = this.tensors.get(dataId);
    if (!tensor.data) {
      if (tensor.node) this.pending.add(tensor);
      await this.flush();
    }
    return this.expose(tensor);
  }

  override readSync(dataId: object): tf.BackendValues {
    const tensor = this.tensors.get(dataId);
    if (!tensor.data) throw new SyncReadError(tensor.shape, tensor.dtype);
    return this.expose(tensor);
  }

  private expose(tensor: LazyTensor): TensorData {
    if (!tensor.data) throw new DisposedTensorError(tensor.shape, tensor.dtype);
    tensor.recyclable = false;
    return tensor.data;
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object {
    const dataId = {};
    this.move(dataId, values, shape, dtype, 1);
    return dataId;
  }

  override move(dataId: object, values: tf.BackendValues, shape: number[], dtype: tf.DataType, refCount: number): void {
    const type = asDType(dtype, 'tensor');
    const data = asTensorData(values as TensorData, type);
    this.liveBytes += data.byteLength;
    this.tensors.set(dataId, { shape, dtype: type, refCount, node: undefined, index: 0, data, recyclable: false });
  }

  override disposeData(dataId: object, force = false): boolean {
    if (!this.tensors.has(dataId)) return true;
    const tensor = this.tensors.get(dataId);
    tensor.refCount--;
    if (!force && tensor.refCount > 0) return false;
    tensor.refCount = 0;
    this.pending.delete(tensor);
    this.tensors.delete(dataId);
    this.liveBytes -= tensor.data?.byteLength ?? 0;
    return true;
  }

  override refCount(dataId: object): number {
    return this.tensors.has(dataId) ? this.tensors.get(dataId).refCount : 0;
  }

  override incRef(dataId: object): void {
    this.tensors.get(dataId).refCount++;
  }

  decRef(dataId: object): void {
    if (this.tensors.has(dataId)) this.tensors.get(dataId).refCount--;
  }

  override numDataIds(): number {
    return this.tensors.numDataIds();
  }

  override memory(): { unreliable: boolean; reasons: string[] } {
    return { unreliable: true, reasons: ['pending tensors have no memory yet; see stats() of @geneformer-ts/engine'] };
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override timerAvailable(): boolean {
    return false;
  }

  override dispose(): void {
    this.pending.clear();
    void this.trim();
  }
}

function spec(tensor: LazyTensor): OutputSpec {
  return { shape: tensor.shape, dtype: tensor.dtype };
}

function concrete(tensor: LazyTensor): Value {
  if (!tensor.data) throw new Error(`operand [${tensor.shape.join()}] of ${sizeOf(tensor.shape)} elements has no data`);
  return { ...spec(tensor), data: tensor.data };
}
