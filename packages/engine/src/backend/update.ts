/**
 * The AdamW update of the onnx backend. It does not go through the recorded graph, where every parameter would exist twice: it walks
 * over a variable in pieces and writes the results where the operands were.
 */
import type { AdamWScalars } from '../graph/record.js';
import { createAdamWKernel, PIECE, type AdamWKernel } from './adamw-kernel.js';

/** Arrays of one variable. The last three are written; they may be the first three. */
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
 * @param kept what weight decay leaves of the parameter
 * @param clip factor on the gradient
 */
export function updateVariable(arrays: AdamWArrays, scalars: AdamWScalars, kept: number, clip: number): void {
  kernel ??= createAdamWKernel();
  const { beta1, beta2, size, floor } = scalars;
  // Clipping is part of the factors that the gradient and its square have anyway.
  const factors = [beta1, (1 - beta1) * clip, beta2, (1 - beta2) * clip * clip, size, floor, kept];
  for (let start = 0; start < arrays.parameter.length; start += PIECE) {
    const end = Math.min(start + PIECE, arrays.parameter.length);
    const piece = end - start;
    kernel.parameter.set(arrays.parameter.subarray(start, end));
    kernel.first.set(arrays.first.subarray(start, end));
    kernel.second.set(arrays.second.subarray(start, end));
    kernel.gradient.set(arrays.gradient.subarray(start, end));
    kernel.run(piece, factors);
    arrays.newParameter.set(kernel.parameter.subarray(0, piece), start);
    arrays.newFirst.set(kernel.first.subarray(0, piece), start);
    arrays.newSecond.set(kernel.second.subarray(0, piece), start);
  }
}
