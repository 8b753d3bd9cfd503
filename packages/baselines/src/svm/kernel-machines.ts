import type { DenseMatrix } from '@geneformer-ts/core';
import type { LibsvmModel } from './libsvm.js';
import { eachPair } from './pairwise-coupling.js';

/** Returns the kernel of two rows of `cols` values, which start at the offsets. */
export type KernelFunction = (
  a: Float32Array,
  offsetA: number,
  b: Float32Array,
  offsetB: number,
  cols: number,
) => number;

/** Returns one of LIBSVM's kernels: ⟨a, b⟩, (γ⟨a, b⟩ + c)^d, exp(-γ‖a - b‖²) or tanh(γ⟨a, b⟩ + c). */
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

/** Returns `base ** exponent` by multiplications, like LIBSVM's `powi`, because the bits of `**` depend on the version of Node. */
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

/** Machines of all pairs of classes; they share their support vectors. */
export class Machines {
  constructor(
    private readonly model: LibsvmModel,
    private readonly vectors: DenseMatrix,
    private readonly kernel: KernelFunction,
  ) {}

  /** Returns margins, rows × pairs of classes in ascending order; positive means the first class of the pair. */
  margins(X: DenseMatrix): Float64Array {
    const { labels, counts, rho, coefficients } = this.model;
    const { vectors, kernel } = this;
    const firsts = counts.map((_, i) => counts.slice(0, i).reduce((sum, count) => sum + count, 0));
    const margins = new Float64Array(X.rows * rho.length);
    const values = new Float64Array(vectors.rows);
    const targets = ascendingPairs(labels);
    for (let row = 0; row < X.rows; row++) {
      for (let v = 0; v < vectors.rows; v++) {
        values[v] = kernel(X.data, row * X.cols, vectors.data, v * X.cols, X.cols);
      }
      eachPair(labels.length, (i, j, pair) => {
        let sum = -rho[pair];
        for (let v = firsts[i]; v < firsts[i] + counts[i]; v++) sum += coefficients[v][j - 1] * values[v];
        for (let v = firsts[j]; v < firsts[j] + counts[j]; v++) sum += coefficients[v][i] * values[v];
        margins[row * rho.length + targets[pair].pair] = targets[pair].sign * sum;
      });
    }
    return margins;
  }
}

/** Returns, for each pair in LIBSVM's order of classes, its index in ascending order and -1 where the two classes are swapped. */
function ascendingPairs(labels: readonly number[]): { pair: number; sign: number }[] {
  const indexOf = new Map<string, number>();
  eachPair(labels.length, (i, j, pair) => indexOf.set(`${i},${j}`, pair));
  const pairs: { pair: number; sign: number }[] = [];
  eachPair(labels.length, (i, j) => {
    const [one, other] = [labels[i], labels[j]];
    const pair = indexOf.get(`${Math.min(one, other)},${Math.max(one, other)}`)!;
    pairs.push({ pair, sign: one < other ? 1 : -1 });
  });
  return pairs;
}
