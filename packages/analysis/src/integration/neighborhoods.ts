import type { Neighbors } from '../neighbors/neighbors.js';

/**
 * Returns the local inverse Simpson's index of each row: the effective number of labels among its neighbors, weighted by a
 * Gaussian kernel whose width gives the perplexity (Korsunsky et al., Nature Methods 16:1289, 2019).
 *
 * @param neighbors nearest rows of each row, without the row itself
 * @param perplexity effective number of neighbors; default a third of them, as in scIB
 * @example
 * lisi({ k: 2, indices: Int32Array.of(1, 2, 0, 2, 0, 1), distances: Float64Array.of(1, 1, 1, 1, 1, 1) }, Int32Array.of(0, 0, 1), 2);
 * // [2, 2, 1]
 */
export function lisi(
  { k, indices, distances }: Neighbors,
  labels: Int32Array,
  perplexity: number = Math.max(1, Math.floor(k / 3)),
): Float64Array {
  const classes = labels.reduce((most, label) => Math.max(most, label + 1), 0);
  const shares = new Float64Array(classes);
  return Float64Array.from({ length: indices.length / k }, (_, row) => {
    const weights = kernelWeights(distances.subarray(row * k, (row + 1) * k), perplexity);
    shares.fill(0);
    weights.forEach((weight, i) => (shares[labels[indices[row * k + i]]] += weight));
    return 1 / shares.reduce((sum, share) => sum + share ** 2, 0);
  });
}

const MOST_STEPS = 50;
const TOLERANCE = 1e-5;

/** Returns weights exp(−beta × distance) that sum to 1, with the beta whose entropy is log(perplexity). */
function kernelWeights(distances: Float64Array, perplexity: number): Float64Array {
  const target = Math.log(perplexity);
  let [beta, low, high] = [1, -Infinity, Infinity];
  let weights: Float64Array = new Float64Array(distances.length);
  for (let step = 0; step < MOST_STEPS; step++) {
    const found = weightsAt(distances, beta);
    weights = found.weights;
    const difference = found.entropy - target;
    if (Math.abs(difference) < TOLERANCE) break;
    if (difference > 0) {
      low = beta;
      beta = high === Infinity ? beta * 2 : (beta + high) / 2;
    } else {
      high = beta;
      beta = low === -Infinity ? beta / 2 : (beta + low) / 2;
    }
  }
  return weights;
}

function weightsAt(distances: Float64Array, beta: number): { weights: Float64Array; entropy: number } {
  // The nearest distance is taken off, so that no sum of weights is 0; it cancels in the shares.
  const nearest = distances.reduce((least, distance) => Math.min(least, distance), Infinity);
  const raw = distances.map((distance) => Math.exp(-beta * (distance - nearest)));
  const sum = raw.reduce((a, b) => a + b, 0);
  const weights = raw.map((weight) => weight / sum);
  const entropy = weights.reduce((total, weight) => (weight > 0 ? total - weight * Math.log(weight) : total), 0);
  return { weights, entropy };
}

/**
 * Returns scIB's integration LISI of batches: (median − 1) / (batches − 1), from 0 if every neighborhood has one batch to 1
 * if all batches are equally frequent.
 */
export function integrationLisi(neighbors: Neighbors, batches: Int32Array): number {
  const sorted = lisi(neighbors, batches).sort();
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return (median - 1) / (new Set(batches).size - 1);
}

/**
 * Returns scIB's graph connectivity: the mean over labels of the share of its rows in the largest connected part of the graph
 * of nearest neighbors among rows of the label.
 */
export function graphConnectivity({ k, indices }: Neighbors, labels: Int32Array): number {
  const parent = Int32Array.from(labels.keys());
  const root = (row: number): number => {
    let at = row;
    while (parent[at] !== at) at = parent[at] = parent[parent[at]];
    return at;
  };
  labels.forEach((label, row) => {
    for (let i = row * k; i < (row + 1) * k; i++) {
      if (labels[indices[i]] === label) parent[root(row)] = root(indices[i]);
    }
  });
  const sizes = new Map<number, number>();
  labels.forEach((_, row) => sizes.set(root(row), (sizes.get(root(row)) ?? 0) + 1));
  const largest = new Map<number, number>();
  const total = new Map<number, number>();
  labels.forEach((label, row) => {
    largest.set(label, Math.max(largest.get(label) ?? 0, sizes.get(root(row)) as number));
    total.set(label, (total.get(label) ?? 0) + 1);
  });
  const shares = [...total].map(([label, rows]) => (largest.get(label) as number) / rows);
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
