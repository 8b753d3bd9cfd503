/** What the backend keeps of a tensor and of the op that will make it. */
import { DtypeError } from '../errors.js';

export type DType = 'float32' | 'int32' | 'bool';
export type TensorData = Float32Array | Int32Array | Uint8Array;
export type Attribute = number | boolean | string | readonly number[] | undefined;
export type Attrs = Readonly<Record<string, Attribute>>;

/** One recorded op. All of it but the stage is in the key of the graph that it is compiled into. */
export interface GraphNode {
  readonly op: string;
  readonly inputs: readonly LazyTensor[];
  readonly attrs: Attrs;
  readonly outputs: LazyTensor[];
  /** Ops of one stage are one graph. A stage ends where parameters are updated in place, which no graph can express. */
  readonly stage: number;
}

/** What an AdamW step has in common for all variables. */
export interface AdamWScalars {
  beta1: number;
  beta2: number;
  /** Learning rate with both bias corrections. */
  size: number;
  /** Epsilon with the second bias correction. */
  epsilon: number;
}

/** The optimizer's update of one variable, made between two stages. */
export interface Update {
  readonly stage: number;
  readonly parameter: LazyTensor;
  readonly first: LazyTensor;
  readonly second: LazyTensor;
  readonly gradient: LazyTensor;
  /** Scalar factor on the gradient. */
  readonly clip: LazyTensor | undefined;
  readonly newParameter: LazyTensor;
  readonly newFirst: LazyTensor;
  readonly newSecond: LazyTensor;
  readonly scalars: AdamWScalars;
  readonly decayFactor: number;
}

/** A tensor: pending while it has a node and no data, concrete once it has data. */
export interface LazyTensor {
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** Handles that tfjs holds. At zero the tensor is dead: it may still be an operand of a pending op, but is never an output. */
  refCount: number;
  node: GraphNode | undefined;
  /** The update that makes it, instead of a node. */
  update: Update | undefined;
  readonly index: number;
  data: TensorData | undefined;
  /** The buffer is the engine's own, and no caller has seen it: it may be used again when the tensor is dead. */
  recyclable: boolean;
}

export function asDType(dtype: string, where: string): DType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new DtypeError(dtype, where);
}

export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const dim of shape) size *= dim;
  return size;
}

/** Values as the typed array of their dtype; no copy when they are one already. */
export function asTensorData(values: ArrayLike<number | boolean>, dtype: DType): TensorData {
  const numbers = values as ArrayLike<number>;
  if (dtype === 'float32') return values instanceof Float32Array ? values : Float32Array.from(numbers);
  if (dtype === 'int32') return values instanceof Int32Array ? values : Int32Array.from(numbers);
  return values instanceof Uint8Array ? values : Uint8Array.from(numbers);
}

/** The stage in which a tensor's value is there: 0 for one that is concrete. */
export function stageOf(tensor: LazyTensor): number {
  if (tensor.data) return 0;
  return tensor.update ? tensor.update.stage + 1 : (tensor.node?.stage ?? 0);
}
