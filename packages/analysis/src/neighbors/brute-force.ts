import type { Points } from '../sparse-rows.js';
import { farthest, rowsPerTurn, type Neighbors } from './neighbors.js';

/**
 * Exact nearest neighbors by Euclidean distance: compares every query row with every row of `X`. Without `queries`, rows of `X` are
 * asked for their neighbors, and no row is a neighbor of itself. Yields the number of rows done after every block.
 */
export function* bruteForce(X: Points, queries: Points | undefined, k: number): Generator<number, Neighbors> {
  const asked = queries ?? X;
  const indices = new Int32Array(asked.rows * k);
  const distances = new Float64Array(asked.rows * k);
  const squared = new Float64Array(k);
  for (let row = 0; row < asked.rows; row++) {
    searchRow(X, asked, row, queries ? -1 : row, squared, indices.subarray(row * k, (row + 1) * k));
    for (let j = 0; j < k; j++) distances[row * k + j] = Math.sqrt(squared[j]);
    if ((row + 1) % rowsPerTurn === 0) yield row + 1;
  }
  return { k, indices, distances };
}

/** Fills `squared` and `nearest` by insertion; a pair is given up as soon as it is farther than the k-th so far. */
function searchRow(
  X: Points,
  queries: Points,
  row: number,
  leftOut: number,
  squared: Float64Array,
  nearest: Int32Array,
): void {
  const { rows, cols, data } = X;
  const query = queries.data;
  const own = row * cols;
  const last = squared.length - 1;
  squared.fill(Infinity);
  let worst = Infinity;
  for (let other = 0; other < rows; other++) {
    if (other === leftOut) continue;
    const start = other * cols;
    let sum = 0;
    for (let c = 0; c < cols && sum < worst;) {
      for (const stop = c + 8 < cols ? c + 8 : cols; c < stop; c++) {
        const difference = query[own + c] - data[start + c];
        sum += difference * difference;
      }
    }
    if (sum > farthest) sum = farthest;
    if (sum >= worst) continue;
    let at = last;
    for (; at > 0 && squared[at - 1] > sum; at--) {
      squared[at] = squared[at - 1];
      nearest[at] = nearest[at - 1];
    }
    squared[at] = sum;
    nearest[at] = other;
    worst = squared[last];
  }
}
