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
      return (...rows) => wholePower(gamma * product(...rows) + coef0, degree);
    case 'rbf':
      return (...rows) => Math.exp(-gamma * squaredDistance(...rows));
    case 'sigmoid':
      return (...rows) => Math.tanh(gamma * product(...rows) + coef0);
  }
}

/** LIBSVM's `powi`: multiplications only, so that the bits are its own in every version of Node; those of `**` are not. */
function wholePower(base: number, exponent: number): number {
  let result = 1;
  let square = base;
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}

function product(a: Float32Array, offsetA: number, b: Float32Array, offsetB: number, cols: number): number {
  let sum = 0;
  for (let col = 0; col < cols; col++) sum += a[offsetA + col] * b[offsetB + col];
  return sum;
}

function squaredDistance(a: Float32Array, offsetA: number, b: Float32Array, offsetB: number, cols: number): number {
  let sum = 0;
  for (let col = 0; col < cols; col++) {
    const difference = a[offsetA + col] - b[offsetB + col];
    sum += difference * difference;
  }
  return sum;
}
