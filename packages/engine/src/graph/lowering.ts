/**
 * Lowerings convert recorded ops to ONNX nodes. A lowering is registered once per op and gets only what is in the structural key of a
 * graph: the attributes, and the shape and dtype of each operand and result. So graphs with the same key are the same.
 */
import { ArgumentError } from '@geneformer-ts/core';
import type { GraphBuilder } from './builder.js';
import type { Attrs, DType } from './record.js';

/** Properties of a tensor that a lowering can use. */
export interface TensorSpec {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** Properties of an op that a lowering can use. */
export interface OpSpec<A extends Attrs = Attrs> {
  readonly attrs: A;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/**
 * Adds the nodes of one op. `inputs` are the names of its operands; it must produce every name in `outputs` that is not undefined
 * (unused outputs are undefined).
 */
export type Lowering<A extends Attrs = Attrs> = (
  graph: GraphBuilder,
  op: OpSpec<A>,
  inputs: readonly string[],
  outputs: readonly (string | undefined)[],
) => void;

/** Attributes of an op without attributes. */
export type NoAttrs = Readonly<Record<string, never>>;

declare const attributes: unique symbol;

/** Name of an op that has a lowering; the type includes the attributes of the op. */
export type OpName<A extends Attrs = Attrs> = string & { readonly [attributes]: A };

const lowerings = new Map<string, Lowering>();

/**
 * Registers the lowering of an op. Call it at the top level of a module, so that the lowering cannot depend on the values of one call.
 *
 * @returns the name, for `record`
 * @throws {ArgumentError} when the name already has a lowering
 */
export function defineLowering<A extends Attrs = NoAttrs>(name: string, lower: Lowering<A>): OpName<A> {
  if (lowerings.has(name)) {
    throw new ArgumentError('defineLowering', `op '${name}' already has a lowering`, 'give the new op another name');
  }
  // The cast is safe: only `record` creates nodes, and it requires attributes of type A for this name.
  lowerings.set(name, lower as Lowering);
  return name as OpName<A>;
}

/**
 * Returns the lowering of an op.
 *
 * @throws {ArgumentError} when it has none
 */
export function loweringOf(name: string): Lowering {
  const lower = lowerings.get(name);
  if (!lower) throw new ArgumentError('loweringOf', `op '${name}' has no lowering`, 'register one with defineLowering');
  return lower;
}

/** Returns the names of all ops that have a lowering. */
export function loweredOps(): string[] {
  return [...lowerings.keys()];
}
