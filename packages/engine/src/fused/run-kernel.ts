/** Calls of this package's own kernels, which exist only on the onnx backend. */
import { tf } from '../tf.js';
import { BACKEND } from '../kernels/register.js';

/** Returns whether the onnx backend is active. */
export function isOnnx(): boolean {
  return tf.getBackend() === BACKEND;
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
