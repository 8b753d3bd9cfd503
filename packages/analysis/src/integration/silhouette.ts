import { checkMatrix, type DenseMatrix, ShapeError } from '@geneformer-ts/core';

/**
 * Returns the silhouette of each row, (b − a) / max(a, b), as scikit-learn's `silhouette_samples`: `a` is the mean distance
 * to rows of the same label, `b` the least mean distance to those of another. Time grows with the square of the rows.
 *
 * @param labels label of each row, whole numbers from 0; a row alone with its label has 0
 * @throws ShapeError, ValueError
 * @example
 * silhouetteSamples({ rows: 3, cols: 1, data: Float32Array.of(0, 1, 10) }, Int32Array.of(0, 0, 1)); // [0.9, 0.889, 0]
 */
export function silhouetteSamples(X: DenseMatrix, labels: Int32Array): Float64Array {
  checkMatrix(X);
  if (labels.length !== X.rows) throw new ShapeError('labels', labels.length, X.rows, 'give one label per row');
  const classes = labels.reduce((most, label) => Math.max(most, label + 1), 0);
  const sizes = new Float64Array(classes);
  for (const label of labels) sizes[label]++;
  const sums = new Float64Array(classes);
  return Float64Array.from({ length: X.rows }, (_, row) => {
    sums.fill(0);
    for (let other = 0; other < X.rows; other++) sums[labels[other]] += distance(X, row, other);
    const own = labels[row];
    if (sizes[own] < 2) return 0;
    const within = sums[own] / (sizes[own] - 1);
    let between = Infinity;
    for (let label = 0; label < classes; label++) {
      if (label !== own && sizes[label] > 0) between = Math.min(between, sums[label] / sizes[label]);
    }
    if (between === Infinity) return 0;
    const largest = Math.max(within, between);
    return largest > 0 ? (between - within) / largest : 0;
  });
}

function distance({ data, cols }: DenseMatrix, a: number, b: number): number {
  let sum = 0;
  for (let col = 0; col < cols; col++) sum += (data[a * cols + col] - data[b * cols + col]) ** 2;
  return Math.sqrt(sum);
}

/**
 * Returns the average silhouette width of labels as scIB scales it, (mean + 1) / 2: from 0 to 1, higher if cells of a label
 * are together (Luecken et al., Nature Methods 19:41, 2022).
 */
export function silhouetteLabel(X: DenseMatrix, labels: Int32Array): number {
  return (mean(silhouetteSamples(X, labels)) + 1) / 2;
}

/**
 * Returns how well batches are mixed within each label, scIB's batch silhouette: the mean over labels of the mean of
 * 1 − |silhouette of the batches among the cells of the label|. From 0 to 1, higher if batches are mixed. Labels with cells of
 * one batch only are left out, and so are those with one cell per batch.
 *
 * @returns NaN if no label has cells of several batches
 */
export function silhouetteBatch(X: DenseMatrix, labels: Int32Array, batches: Int32Array): number {
  const scores: number[] = [];
  for (const label of new Set(labels)) {
    const rows = [...labels.keys()].filter((row) => labels[row] === label);
    const own = Int32Array.from(rows, (row) => batches[row]);
    const distinct = new Set(own).size;
    if (distinct < 2 || distinct === rows.length) continue;
    const data = new Float32Array(rows.length * X.cols);
    rows.forEach((row, at) => data.set(X.data.subarray(row * X.cols, (row + 1) * X.cols), at * X.cols));
    scores.push(mean(silhouetteSamples({ rows: rows.length, cols: X.cols, data }, own).map((s) => 1 - Math.abs(s))));
  }
  return mean(Float64Array.from(scores));
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
