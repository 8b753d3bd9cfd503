/**
 * The AdamW update of the onnx backend. It is not part of the recorded graph, which would need twice the memory for parameters: it updates
 * a variable in place, chunk by chunk.
 */
import type { AdamWScalars } from '../graph/record.js';
import { createAdamWKernel, CHUNK_SIZE, type AdamWKernel } from './adamw-kernel.js';

/** Arrays of one variable. The last three are outputs, which may be the same as the first three. */
export interface AdamWArrays {
  parameter: Float32Array;
  first: Float32Array;
  second: Float32Array;
  gradient: Float32Array;
  newParameter: Float32Array;
  newFirst: Float32Array;
  newSecond: Float32Array;
}

let kernel: AdamWKernel | undefined;

/**
 * Updates one variable.
 *
 * @param decayFactor factor of the parameter, 1 without weight decay
 * @param clip factor of the gradient
 */
export function updateVariable(arrays: AdamWArrays, scalars: AdamWScalars, decayFactor: number, clip: number): void {
  kernel ??= createAdamWKernel();
  const { beta1, beta2, stepSize, epsilon } = scalars;
  // Clipping is included in the factors of the gradient and its square.
  const factors = [beta1, (1 - beta1) * clip, beta2, (1 - beta2) * clip * clip, stepSize, epsilon, decayFactor];
  for (let start = 0; start < arrays.parameter.length; start += CHUNK_SIZE) {
    const end = Math.min(start + CHUNK_SIZE, arrays.parameter.length);
    const length = end - start;
    kernel.parameter.set(arrays.parameter.subarray(start, end));
    kernel.first.set(arrays.first.subarray(start, end));
    kernel.second.set(arrays.second.subarray(start, end));
    kernel.gradient.set(arrays.gradient.subarray(start, end));
    kernel.run(length, factors);
    arrays.newParameter.set(kernel.parameter.subarray(0, length), start);
    arrays.newFirst.set(kernel.first.subarray(0, length), start);
    arrays.newSecond.set(kernel.second.subarray(0, length), start);
  }
}
