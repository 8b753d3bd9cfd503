import { toSparse, type CsrMatrix, type Matrix } from '@geneformer-ts/core';
import { eachRow } from '../sparse-rows.js';
import type { Neighbors } from './neighbors.js';

export type Metric = 'euclidean' | 'cosine';

/**
 * Exact nearest neighbors from inner products, which only touch the stored values of `X`: |a - b|² = |a|² + |b|² - 2ab, and cosine
 * distance. Without `queries`, rows of `X` are asked for their neighbors, and no row is a neighbor of itself.
 */
export function nearestByProducts(X: CsrMatrix, queries: Matrix | undefined, k: number, metric: Metric): Neighbors {
  const asked = queries ?? X;
  const squares = squaredLengths(X);
  const lengths = queries ? squaredLengths(toSparse(queries)) : squares;
  const indices = new Int32Array(asked.rows * k);
  const distances = new Float64Array(asked.rows * k);
  const toAll = new Float64Array(X.rows);
  eachRow(asked, (row, values, offset) => {
    products(X, values, offset, toAll);
    for (let i = 0; i < X.rows; i++) toAll[i] = distance(toAll[i], squares[i], lengths[row], metric);
    if (!queries) toAll[row] = Infinity;
    const nearest = indices.subarray(row * k, (row + 1) * k);
    keepSmallest(toAll, nearest);
    for (let j = 0; j < k; j++) distances[row * k + j] = toAll[nearest[j]];
  });
  return { k, indices, distances };
}

/** Distance of two rows with squared lengths a and b; a row of zeros has cosine distance 1 to every row. */
function distance(product: number, a: number, b: number, metric: Metric): number {
  if (metric === 'cosine') return a > 0 && b > 0 ? 1 - product / Math.sqrt(a * b) : 1;
  return Math.sqrt(Math.max(0, a + b - 2 * product));
}

function squaredLengths({ rows, indptr, data }: CsrMatrix): Float64Array {
  const squares = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    for (let i = indptr[row]; i < indptr[row + 1]; i++) squares[row] += data[i] * data[i];
  }
  return squares;
}

/** Products of every row of X with one dense row. */
function products(X: CsrMatrix, values: Float32Array, offset: number, out: Float64Array): void {
  const { rows, indptr, indices, data } = X;
  for (let row = 0; row < rows; row++) {
    const end = indptr[row + 1];
    let sum = 0;
    for (let i = indptr[row]; i < end; i++) sum += data[i] * values[offset + indices[i]];
    out[row] = sum;
  }
}

/** Positions of the smallest values, ascending; of equal ones the first. */
function keepSmallest(values: Float64Array, kept: Int32Array): void {
  const count = kept.length;
  let held = 0;
  for (let i = 0; i < values.length; i++) {
    if (held === count && values[i] >= values[kept[held - 1]]) continue;
    let place = held < count ? held++ : count - 1;
    while (place > 0 && values[kept[place - 1]] > values[i]) {
      kept[place] = kept[place - 1]!;
      place--;
    }
    kept[place] = i;
  }
}
