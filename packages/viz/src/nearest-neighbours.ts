/** The `k` nearest rows of every row, itself first, with their Euclidean distances; rows × k, row-major. */
export interface Neighbours {
  k: number;
  indices: Int32Array;
  distances: Float64Array;
}

/** Rows compared before the caller gets a turn. */
const block = 64;

/**
 * Exact nearest neighbours by comparing all pairs, the hot loop of the layout. Yields the number of rows done after every block, so
 * that the caller can draw its progress and let others run; returns the neighbours. Equal distances go to the lower row number.
 */
export function* nearestNeighbours(
  data: Float64Array,
  rows: number,
  cols: number,
  k: number,
): Generator<number, Neighbours> {
  const indices = new Int32Array(rows * k);
  const distances = new Float64Array(rows * k);
  const squared = new Float64Array(k);
  for (let row = 0; row < rows; row++) {
    searchRow(data, rows, cols, row, k, squared, indices);
    for (let j = 0; j < k; j++) distances[row * k + j] = Math.sqrt(squared[j]);
    if ((row + 1) % block === 0) yield row + 1;
  }
  yield rows;
  return { k, indices, distances };
}

/** Fills `squared` and the row's part of `indices` by insertion; a pair is given up as soon as it is farther than the k-th so far. */
function searchRow(
  data: Float64Array,
  rows: number,
  cols: number,
  row: number,
  k: number,
  squared: Float64Array,
  indices: Int32Array,
): void {
  const base = row * k;
  const own = row * cols;
  squared.fill(Infinity);
  squared[0] = -1; // The row itself stays first, also where another has the same coordinates.
  indices[base] = row;
  let worst = Infinity;
  for (let other = 0; other < rows; other++) {
    if (other === row) continue;
    const start = other * cols;
    let sum = 0;
    for (let c = 0; c < cols && sum < worst;) {
      for (const stop = Math.min(c + 8, cols); c < stop; c++) {
        const difference = data[own + c] - data[start + c];
        sum += difference * difference;
      }
    }
    if (sum >= worst) continue;
    let at = k - 1;
    for (; squared[at - 1] > sum; at--) {
      squared[at] = squared[at - 1];
      indices[base + at] = indices[base + at - 1];
    }
    squared[at] = sum;
    indices[base + at] = other;
    worst = squared[k - 1];
  }
  squared[0] = 0;
}
