import type { DenseMatrix } from '@geneformer-ts/core';
import type { LibsvmModel } from './libsvm.js';
import { eachPair } from './pairwise-coupling.js';

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

/** The machines of all pairs of classes, which share their support vectors. */
export class Machines {
  constructor(
    private readonly model: LibsvmModel,
    private readonly vectors: DenseMatrix,
    private readonly kernel: KernelFunction,
  ) {}

  margins(X: DenseMatrix): Float64Array {
    const { labels, counts, rho, coefficients } = this.model;
    const { vectors, kernel } = this;
    const firsts = counts.map((_, i) => counts.slice(0, i).reduce((sum, count) => sum + count, 0));
    const margins = new Float64Array(X.rows * rho.length);
    const values = new Float64Array(vectors.rows);
    const place = pairPlaces(labels);
    for (let row = 0; row < X.rows; row++) {
      for (let v = 0; v < vectors.rows; v++) {
        values[v] = kernel(X.data, row * X.cols, vectors.data, v * X.cols, X.cols);
      }
      eachPair(labels.length, (i, j, pair) => {
        let sum = -rho[pair];
        for (let v = firsts[i]; v < firsts[i] + counts[i]; v++) sum += coefficients[v][j - 1] * values[v];
        for (let v = firsts[j]; v < firsts[j] + counts[j]; v++) sum += coefficients[v][i] * values[v];
        margins[row * rho.length + place[pair].pair] = place[pair].sign * sum;
      });
    }
    return margins;
  }
}

/** Where LIBSVM's pairs, in its order of the classes, stand in ascending order, and whether they are turned round there. */
function pairPlaces(labels: readonly number[]): { pair: number; sign: number }[] {
  const number = new Map<string, number>();
  eachPair(labels.length, (i, j, pair) => number.set(`${i},${j}`, pair));
  const places: { pair: number; sign: number }[] = [];
  eachPair(labels.length, (i, j) => {
    const [one, other] = [labels[i], labels[j]];
    const pair = number.get(`${Math.min(one, other)},${Math.max(one, other)}`)!;
    places.push({ pair, sign: one < other ? 1 : -1 });
  });
  return places;
}
