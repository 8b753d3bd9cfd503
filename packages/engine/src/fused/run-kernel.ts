/** Calls of this package's own kernels, which exist only on the onnx backend. */
import type { LazyBackend } from '../backend/lazy-backend.js';
import { tf } from '../tf.js';
import { BACKEND } from '../kernels/register.js';

/** Returns whether the onnx backend is active. */
export function isOnnx(): boolean {
  return tf.getBackend() === BACKEND;
}

/**
 * Returns whether the onnx backend computes on the processor. With WebGPU, the attention of ONNX Runtime 1.30 was wrong by as much as its
 * values, and its layer normalization lost digits of rows with a large mean (Chromium with a software adapter); Scan runs on the processor.
 */
export function isOnnxOnCpu(): boolean {
  return isOnnx() && (tf.backend() as LazyBackend).device === 'cpu';
}

/** Runs a kernel of the onnx backend and returns its outputs; undefined inputs are omitted. */
export function runKernel(
  name: string,
  inputs: Readonly<Record<string, tf.TensorInfo | undefined>>,
  attrs: Readonly<Record<string, number | string | boolean>> = {},
): tf.Tensor[] {
  const present = Object.fromEntries(Object.entries(inputs).filter(([, tensor]) => tensor !== undefined));
  const result: tf.Tensor | tf.Tensor[] = tf.engine().runKernel(name, present as tf.NamedTensorMap, { ...attrs });
  return Array.isArray(result) ? result : [result];
}
