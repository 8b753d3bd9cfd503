/**
 * A lazy TensorFlow.js backend. Kernels only record ops. The first read compiles all live pending tensors into one ONNX graph, or gets it
 * from the cache, and runs it. Tensors that were disposed before the read, such as activations in `tf.tidy`, are not outputs, so ONNX
 * Runtime can reuse their memory.
 */
import { tf } from '../tf.js';
import { Executor } from './executor.js';
import {
  asDType,
  type AdamWScalars,
  asTensorData,
  type Attribute,
  sizeOf,
  stageOf,
  type Attrs,
  type GraphNode,
  type LazyTensor,
  type TensorData,
  type Update,
} from '../graph/record.js';
import type { OpName, TensorSpec } from '../graph/lowering.js';
import { collectProfile } from '#runtime';
import type { ProfileRow } from './profile.js';
import type { SessionSettings } from './session.js';
import { zeroCounters, type EngineStats } from './stats.js';
import { DisposedTensorError, SyncReadError } from '../errors.js';

/** Operands of the AdamW update of one variable. */
export interface UpdateOperands {
  parameter: tf.TensorInfo;
  first: tf.TensorInfo;
  second: tf.TensorInfo;
  gradient: tf.TensorInfo;
  clip: tf.TensorInfo | undefined;
}

/** The onnx backend, registered in TensorFlow.js. */
export class LazyBackend extends tf.KernelBackend {
  private readonly tensors: tf.DataStorage<LazyTensor> = new tf.DataStorage(this, tf.engine());
  private readonly executor: Executor;
  private liveBytes = 0;
  private constants = 0;

  /** Where the graphs run. */
  get device(): SessionSettings['device'] {
    return this.settings.device;
  }

  constructor(private readonly settings: SessionSettings) {
    super();
    this.executor = new Executor(settings);
  }

  /** Records an op with one output and returns the handle of the output. */
  record<A extends Attrs>(
    op: OpName<A>,
    inputs: readonly tf.TensorInfo[],
    output: TensorSpec,
    attrs: NoInfer<A>,
  ): tf.TensorInfo {
    const [first] = this.recordMany(op, inputs, [output], attrs);
    return first;
  }

  /** Records an op with several outputs and returns their handles. Unused outputs are not computed. */
  recordMany<A extends Attrs>(
    op: OpName<A>,
    inputs: readonly tf.TensorInfo[],
    outputs: readonly TensorSpec[],
    attrs: NoInfer<A>,
  ): tf.TensorInfo[] {
    const operands = inputs.map((input) => this.tensors.get(input.dataId));
    const stage = Math.max(0, ...operands.map(stageOf));
    const node: GraphNode = { op, inputs: operands, attrs: copied(attrs), outputs: [], stage };
    this.executor.counters.recordedOps++;
    return outputs.map((output, index) => {
      const tensor = pendingTensor(output, { node, index });
      node.outputs.push(tensor);
      return this.adopt(tensor);
    });
  }

  /** Records the AdamW update of one variable and returns the handles of its new value and moments. */
  recordUpdate(
    operands: UpdateOperands,
    scalars: AdamWScalars,
    decayFactor: number,
  ): [tf.TensorInfo, tf.TensorInfo, tf.TensorInfo] {
    const tensor = (info: tf.TensorInfo): LazyTensor => this.tensors.get(info.dataId);
    const parameter = tensor(operands.parameter);
    const first = tensor(operands.first);
    const second = tensor(operands.second);
    const gradient = tensor(operands.gradient);
    const clip = operands.clip && tensor(operands.clip);
    const stage = Math.max(...[parameter, first, second, gradient, ...(clip ? [clip] : [])].map(stageOf));
    const made = (): LazyTensor => pendingTensor(parameter, { index: 0 });
    const [newParameter, newFirst, newSecond] = [made(), made(), made()];
    const update: Update = {
      stage,
      parameter,
      first,
      second,
      gradient,
      clip,
      newParameter,
      newFirst,
      newSecond,
      scalars,
      decayFactor,
    };
    for (const result of [newParameter, newFirst, newSecond]) result.update = update;
    this.executor.addUpdate(update);
    return [this.adopt(newParameter), this.adopt(newFirst), this.adopt(newSecond)];
  }

  /** Returns the handle of a constant, whose values are compiled into the graphs that use it, and so cannot change. */
  constant(values: Float32Array | Int8Array, shape: readonly number[]): tf.TensorInfo {
    const dataId = {};
    const isFloat = values instanceof Float32Array;
    const data = isFloat ? values : new Uint8Array(values.buffer, values.byteOffset, values.length);
    const dtype = isFloat ? 'float32' : 'bool';
    const constant = { id: this.constants++, type: isFloat ? 'float32' : 'int8' } as const;
    this.liveBytes += data.byteLength;
    this.tensors.set(dataId, {
      ...pendingTensor({ shape, dtype }, { index: 0 }),
      data,
      recyclable: false,
      constant,
    });
    return { dataId, shape: [...shape], dtype };
  }

  private adopt(tensor: LazyTensor): tf.TensorInfo {
    const dataId = {};
    this.executor.pending.add(tensor);
    this.tensors.set(dataId, tensor);
    this.liveBytes += bytesOf(tensor);
    return { dataId, shape: [...tensor.shape], dtype: tensor.dtype };
  }

  /** Returns a second handle to the same values, for ops such as `identity`. */
  alias(input: tf.TensorInfo): tf.TensorInfo {
    this.incRef(input.dataId);
    return { dataId: input.dataId, shape: input.shape, dtype: input.dtype };
  }

  /** Returns the current counters. */
  stats(): EngineStats {
    return { ...this.executor.stats(), liveBytes: this.liveBytes };
  }

  /** Sets the counters to zero. */
  resetStats(): void {
    this.executor.counters = zeroCounters();
  }

  /** Frees compiled graphs and unused buffers. Live tensors stay. */
  async trim(): Promise<void> {
    await this.executor.trim();
  }

  /** Returns the time per op since the last call. Compiled graphs are freed, because ONNX Runtime writes a profile at the end of a session. */
  async profile(): Promise<ProfileRow[]> {
    if (this.settings.profilePrefix === undefined) return [];
    await this.executor.trim();
    return collectProfile(this.settings.profilePrefix);
  }

  override async read(dataId: object): Promise<tf.BackendValues> {
    const tensor = this.tensors.get(dataId);
    if (!tensor.data) {
      this.executor.pending.add(tensor);
      await this.executor.flush();
    }
    return expose(tensor);
  }

  override readSync(dataId: object): tf.BackendValues {
    const tensor = this.tensors.get(dataId);
    if (!tensor.data) throw new SyncReadError(tensor.shape, tensor.dtype);
    return expose(tensor);
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
    this.tensors.set(dataId, {
      ...pendingTensor({ shape, dtype: type }, { index: 0 }),
      refCount,
      data,
      recyclable: false,
    });
  }

  override disposeData(dataId: object, force = false): boolean {
    if (!this.tensors.has(dataId)) return true;
    const tensor = this.tensors.get(dataId);
    tensor.refCount--;
    if (!force && tensor.refCount > 0) return false;
    tensor.refCount = 0;
    this.executor.pending.delete(tensor);
    this.tensors.delete(dataId);
    this.liveBytes -= bytesOf(tensor);
    if (tensor.constant !== undefined) this.executor.forget(new Set([tensor.constant.id]));
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
    this.executor.pending.clear();
    void this.trim();
  }
}

function pendingTensor({ shape, dtype }: TensorSpec, { node, index }: { node?: GraphNode; index: number }): LazyTensor {
  // The shape is copied because the caller may change its array before the tensor is computed.
  return { shape: [...shape], dtype, refCount: 1, node, update: undefined, index, data: undefined, recyclable: true };
}

/** Copies attributes, because the caller may change its arrays before the op is lowered. */
function copied(attrs: Attrs): Attrs {
  const copy: Record<string, Attribute> = {};
  for (const name in attrs) {
    const value = attrs[name];
    copy[name] = typeof value === 'object' ? value.slice() : value;
  }
  return copy;
}

function expose(tensor: LazyTensor): TensorData {
  if (!tensor.data) throw new DisposedTensorError(tensor.shape, tensor.dtype);
  tensor.recyclable = false;
  return tensor.data;
}

/** Returns the bytes of a tensor, pending or computed. */
function bytesOf({ shape, dtype, data }: LazyTensor): number {
  return data?.byteLength ?? sizeOf(shape) * (dtype === 'bool' ? 1 : 4);
}
