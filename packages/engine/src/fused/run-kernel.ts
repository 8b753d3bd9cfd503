/** Calling this package's own kernels, which exist on the onnx backend alone. */
import { tf } from '../tf.js';
import { BACKEND } from '../kernels/register.js';

export function isOnnx(): boolean {
  return tf.getBackend() === BACKEND;
}

export function runKernel(
  name: string,
  inputs: Readonly<Record<string, tf.Tensor | undefined>>,
  attrs: Readonly<Record<string, number | string | boolean>> = {},
): tf.Tensor[] {
  const present = Object.fromEntries(Object.entries(inputs).filter(([, tensor]) => tensor !== undefined));
  const result: tf.Tensor | tf.Tensor[] = tf.engine().runKernel(name, present as tf.NamedTensorMap, { ...attrs });
  return Array.isArray(result) ? result : [result];
}
