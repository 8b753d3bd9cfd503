/** Kernel of two rows, each `cols` values from an offset on. */
export type KernelFunction = (
  a: Float32Array,
  offsetA: number,
  b: Float32Array,
  offsetB: number,
  cols: number,
) => number;

/** LIBSVM's kernels: ⟨a, b⟩, (γ⟨a, b⟩ + c)^d, exp(-γ‖a - b‖²) and tanh(γ⟨a, b⟩ + c). */
export function kernelOf(
  name: 'linear' | 'poly' | 'rbf' | 'sigmoid',
  gamma: number,
  degree: number,
  coef0: number,
): KernelFunction {
  switch (name) {
    case 'linear':
      return product;
    case 'poly':
      return (...rows) => (gamma * product(...rows) + coef0) ** degree;
    case 'rbf':
      return (...rows) => Math.exp(-gamma * squaredDistance(...rows));
    case 'sigmoid':
      return (...rows) => Math.tanh(gamma * product(...rows) + coef0);
  }
}

function product(a: Float32Array, offsetA: number, b: Float32Array, offsetB: number, cols: number): number {
  let sum = 0;
  for (let col = 0; col < cols; col++) sum += a[offsetA + col]! * b[offsetB + col]!;
  return sum;
}

function squaredDistance(a: Float32Array, offsetA: number, b: Float32Array, offsetB: number, cols: number): number {
  let sum = 0;
  for (let col = 0; col < cols; col++) {
    const difference = a[offsetA + col]! - b[offsetB + col]!;
    sum += difference * difference;
  }
  return sum;
}
