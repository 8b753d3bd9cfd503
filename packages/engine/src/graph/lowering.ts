/**
 * How recorded ops become ONNX nodes. A lowering is registered once, under the op's name, and sees nothing but what the key of a
 * compiled graph holds: the attributes, and the shape and dtype of each operand and result. Two calls with equal keys therefore
 * cannot need different graphs.
 */
import { ArgumentError } from '@geneformer-ts/core';
import type { GraphBuilder } from './builder.js';
import type { Attrs, DType } from './record.js';

/** All that a lowering may know of a tensor. */
export interface TensorSpec {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** All that a lowering may know of the op. */
export interface OpSpec<A extends Attrs = Attrs> {
  readonly attrs: A;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/**
 * Adds the nodes of one op: `inputs` are the names of its operands; it must produce every name in `outputs` that is not
 * undefined (an output nobody uses is undefined).
 */
export type Lowering<A extends Attrs = Attrs> = (
  graph: GraphBuilder,
  op: OpSpec<A>,
  inputs: readonly string[],
  outputs: readonly (string | undefined)[],
) => void;

/** Of an op without attributes. */
export type NoAttrs = Readonly<Record<string, never>>;

declare const attributes: unique symbol;

/** The name of an op that has a lowering; its type says which attributes the op takes. */
export type OpName<A extends Attrs = Attrs> = string & { readonly [attributes]: A };

const lowerings = new Map<string, Lowering>();

/**
 * Registers an op's lowering. To be called when a module is loaded, so that the lowering cannot hold a value of one call.
 *
 * @returns the name, for `record`
 * @throws {ArgumentError} when the name has a lowering already
 */
export function defineLowering<A extends Attrs = NoAttrs>(name: string, lower: Lowering<A>): OpName<A> {
  if (lowerings.has(name)) {
    throw new ArgumentError('defineLowering', `op '${name}' has a lowering already`, 'give the new op another name');
  }
  // `record` takes attributes of type A for this name, and a node's name and attributes come from `record` alone.
  lowerings.set(name, lower as Lowering);
  return name as OpName<A>;
}

export function loweringOf(name: string): Lowering {
  const lower = lowerings.get(name);
  if (!lower) throw new ArgumentError('loweringOf', `op '${name}' has no lowering`, 'register one with defineLowering');
  return lower;
}

/** Names of all ops that have a lowering. */
export function loweredOps(): string[] {
  return [...lowerings.keys()];
}
