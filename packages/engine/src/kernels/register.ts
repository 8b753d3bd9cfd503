/** Registers kernels of the onnx backend. */
import { tf } from '../tf.js';
import type { LazyBackend } from '../backend/lazy-backend.js';

/** Name of the backend in tfjs. */
export const BACKEND = 'onnx';

/** Arguments of a kernel. */
export interface Call {
  inputs: Readonly<Record<string, tf.TensorInfo>>;
  attrs: Readonly<Record<string, unknown>>;
  backend: LazyBackend;
}

/** Returns a required operand. */
export function input(call: Call, name: string): tf.TensorInfo {
  const found = call.inputs[name];
  if (!found) throw new TypeError(`kernel operand '${name}' is missing`);
  return found;
}

/** Registers a kernel. */
export function register(kernelName: string, kernel: (call: Call) => tf.TensorInfo | tf.TensorInfo[]): void {
  tf.registerKernel({
    kernelName,
    backendName: BACKEND,
    // The only place that casts tfjs's loosely typed arguments.
    kernelFunc: ({ inputs, attrs, backend }) =>
      kernel({ inputs: inputs as Record<string, tf.TensorInfo>, attrs: attrs ?? {}, backend: backend as LazyBackend }),
  });
}
