import { ShapeError } from '@geneformer-ts/core';

/** Numbers of rows by both labels, and by each of them. */
interface Contingency {
  both: Float64Array;
  first: Float64Array;
  second: Float64Array;
  rows: number;
}

/**
 * Returns the adjusted Rand index of two labelings, as scikit-learn's `adjusted_rand_score`: 1 for the same partition, about
 * 0 for independent ones.
 *
 * @param first label of each row, whole numbers from 0
 * @throws ShapeError when the labelings differ in length
 * @example
 * adjustedRandScore(Int32Array.of(0, 0, 1, 1), Int32Array.of(1, 1, 0, 2)); // 0.5714
 */
export function adjustedRandScore(first: Int32Array, second: Int32Array): number {
  const counts = contingency(first, second);
  const pairs = (values: Float64Array): number => values.reduce((sum, n) => sum + (n * (n - 1)) / 2, 0);
  const [together, inFirst, inSecond] = [pairs(counts.both), pairs(counts.first), pairs(counts.second)];
  const all = (counts.rows * (counts.rows - 1)) / 2;
  const expected = all > 0 ? (inFirst * inSecond) / all : 0;
  const largest = (inFirst + inSecond) / 2;
  return largest === expected ? 1 : (together - expected) / (largest - expected);
}

/**
 * Returns the mutual information of two labelings divided by the mean of their entropies, as scikit-learn's
 * `normalized_mutual_info_score`: from 0 to 1.
 *
 * @throws ShapeError when the labelings differ in length
 */
export function normalizedMutualInfoScore(first: Int32Array, second: Int32Array): number {
  const counts = contingency(first, second);
  const entropy = (values: Float64Array): number =>
    values.reduce((sum, n) => (n > 0 ? sum - (n / counts.rows) * Math.log(n / counts.rows) : sum), 0);
  const [inFirst, inSecond] = [entropy(counts.first), entropy(counts.second)];
  if (inFirst === 0 && inSecond === 0) return 1;
  const information = Math.max(0, inFirst + inSecond - entropy(counts.both));
  return information / ((inFirst + inSecond) / 2);
}

function contingency(first: Int32Array, second: Int32Array): Contingency {
  if (first.length !== second.length) {
    throw new ShapeError('second', second.length, first.length, 'give one label per row in both');
  }
  const size = (labels: Int32Array): number => labels.reduce((most, label) => Math.max(most, label + 1), 0);
  const width = size(second);
  const counts = {
    both: new Float64Array(size(first) * width),
    first: new Float64Array(size(first)),
    second: new Float64Array(width),
    rows: first.length,
  };
  first.forEach((label, row) => {
    counts.first[label]++;
    counts.second[second[row]]++;
    counts.both[label * width + second[row]]++;
  });
  return counts;
}
