/** How this package's kernels are written and registered under the name `onnx`. */
import { tf } from '../tf.js';
import type { LazyBackend } from '../backend/lazy-backend.js';

export const BACKEND = 'onnx';

export interface Call {
  inputs: Readonly<Record<string, tf.TensorInfo>>;
  attrs: Readonly<Record<string, unknown>>;
  backend: LazyBackend;
}

/** An operand that the op's signature says is there. */
export function input(call: Call, name: string): tf.TensorInfo {
  const found = call.inputs[name];
  if (!found) throw new TypeError(`kernel operand '${name}' is missing`);
  return found;
}

export function register(kernelName: string, kernel: (call: Call) => tf.TensorInfo | tf.TensorInfo[]): void {
  tf.registerKernel({
    kernelName,
    backendName: BACKEND,
    // tfjs hands every kernel the same loosely typed triple; this is the one place where it gets its names.
    kernelFunc: ({ inputs, attrs, backend }) =>
      kernel({ inputs: inputs as Record<string, tf.TensorInfo>, attrs: attrs ?? {}, backend: backend as LazyBackend }),
  });
}
