/** Outputs that the inner loops take at a time: as many sums as registers hold beside what they are made of. */
export const LANES = 4;

/** Outputs rounded up to whole groups of lanes. */
export function paddedOutputs(outputs: number): number {
  return Math.ceil(outputs / LANES) * LANES;
}

/** Class-major weights as `[j * padded + k]`, so that one column's weights of all outputs lie next to each other. */
export function interleave(weights: Float64Array, outputs: number): Float64Array {
  const length = weights.length / outputs;
  const padded = paddedOutputs(outputs);
  const out = new Float64Array(length * padded);
  for (let k = 0; k < outputs; k++) {
    for (let j = 0; j < length; j++) out[j * padded + k] = weights[k * length + j]!;
  }
  return out;
}

/** Back to class-major. */
export function separate(interleaved: Float64Array, outputs: number, out: Float64Array): void {
  const length = out.length / outputs;
  const padded = paddedOutputs(outputs);
  for (let k = 0; k < outputs; k++) {
    for (let j = 0; j < length; j++) out[k * length + j] = interleaved[j * padded + k]!;
  }
}
