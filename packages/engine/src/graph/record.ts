/** Records of tensors and of the ops that compute them. */
import { DtypeError } from '../errors.js';

export type DType = 'float32' | 'int32' | 'bool';
export type TensorData = Float32Array | Int32Array | Uint8Array;
export type Attribute = number | boolean | string | readonly number[] | undefined;
export type Attrs = Readonly<Record<string, Attribute>>;

/** A recorded op. Everything except the stage is in the structural key of its graph. */
export interface GraphNode {
  readonly op: string;
  readonly inputs: readonly LazyTensor[];
  readonly attrs: Attrs;
  readonly outputs: LazyTensor[];
  /** Ops of one stage are one graph. A stage ends with in-place updates of parameters, which a graph cannot express. */
  readonly stage: number;
}

/** Scalars of an AdamW step, the same for all variables. */
export interface AdamWScalars {
  beta1: number;
  beta2: number;
  /** Learning rate with both bias corrections. */
  stepSize: number;
  /** Epsilon with the second bias correction. */
  epsilon: number;
}

/** The AdamW update of one variable, made between two stages. */
export interface Update {
  readonly stage: number;
  readonly parameter: LazyTensor;
  readonly first: LazyTensor;
  readonly second: LazyTensor;
  readonly gradient: LazyTensor;
  /** Scalar factor of the gradient. */
  readonly clip: LazyTensor | undefined;
  readonly newParameter: LazyTensor;
  readonly newFirst: LazyTensor;
  readonly newSecond: LazyTensor;
  readonly scalars: AdamWScalars;
  /** Factor of the parameter, 1 without weight decay. */
  readonly decayFactor: number;
}

/** A tensor whose values are part of graphs. */
export interface Constant {
  /** Different for each constant. */
  readonly id: number;
  /** Type of the values in graphs. TensorFlow.js has no 8-bit integers, so the tensor holds their bytes, with dtype `bool`. */
  readonly type: 'float32' | 'int8';
}

/** A tensor: pending while it has no data, concrete when it has data. */
export interface LazyTensor {
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** Number of handles in tfjs. At zero the tensor is dead: it can be an operand of a pending op but not an output. */
  refCount: number;
  /** Op that computes the tensor. */
  node: GraphNode | undefined;
  /** Update that computes the tensor, instead of a node. */
  update: Update | undefined;
  /** Index among the outputs of the node. */
  readonly index: number;
  data: TensorData | undefined;
  /** Of a tensor that is part of the graphs that use it, not an input of them. */
  readonly constant?: Constant;
  /** Whether the buffer can be reused when the tensor is dead: the engine allocated it, and no caller has a reference to it. */
  recyclable: boolean;
}

/**
 * Returns a dtype that the backend supports.
 *
 * @throws {DtypeError} for any other dtype
 */
export function asDType(dtype: string, where: string): DType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new DtypeError(dtype, where);
}

/** Returns the number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const dim of shape) size *= dim;
  return size;
}

/** Returns values as the typed array of a dtype, without a copy if they already are one. */
export function asTensorData(values: ArrayLike<number | boolean>, dtype: DType): TensorData {
  const numbers = values as ArrayLike<number>;
  if (dtype === 'float32') return values instanceof Float32Array ? values : Float32Array.from(numbers);
  if (dtype === 'int32') return values instanceof Int32Array ? values : Int32Array.from(numbers);
  return values instanceof Uint8Array ? values : Uint8Array.from(numbers);
}

/** Returns the first stage in which the value of a tensor is available, 0 for a concrete tensor. */
export function stageOf(tensor: LazyTensor): number {
  if (tensor.data) return 0;
  return tensor.update ? tensor.update.stage + 1 : (tensor.node?.stage ?? 0);
}
