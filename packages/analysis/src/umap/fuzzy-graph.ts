import type { Neighbors } from '../neighbors/neighbors.js';
import { exp, log } from '../portable-math.js';

/** Weighted edges between points, each in both directions, by start and then by end. */
export interface FuzzyGraph {
  from: Int32Array;
  to: Int32Array;
  /** Above 0 and at most 1. */
  weight: Float64Array;
}

/** Bisections for the width of a point's neighborhood, and how near to its goal is near enough; those of umap-learn. */
const bisections = 64;
const tolerance = 1e-5;
/** Least width of a neighborhood, as a share of the mean distance in it. */
const leastWidth = 1e-3;

/**
 * Returns the fuzzy simplicial set of the points (algorithms 2 and 3 of McInnes, Healy & Melville, arXiv:1802.03426; umap-learn's
 * `fuzzy_simplicial_set` with its defaults). The nearest neighbor that is not at the same place has weight 1, farther ones less, and
 * two directed weights a and b of a pair become a + b - ab.
 */
export function fuzzyGraph(neighbors: Neighbors, rows: number): FuzzyGraph {
  const { k, indices } = neighbors;
  const directed = membershipStrengths(neighbors, rows);
  // What others give to a point, listed by that point: the transposed matrix in compressed rows.
  const starts = new Int32Array(rows + 1);
  for (let i = 0; i < rows * k; i++) if (directed[i] > 0) starts[indices[i] + 1]++;
  for (let row = 0; row < rows; row++) starts[row + 1] += starts[row];
  const given = starts[rows];
  const givers = new Int32Array(given);
  const gifts = new Float64Array(given);
  const next = starts.slice(0, rows);
  for (let i = 0; i < rows * k; i++) {
    if (!(directed[i] > 0)) continue;
    const at = next[indices[i]]++;
    givers[at] = Math.floor(i / k);
    gifts[at] = directed[i]!;
  }

  const from = new Int32Array(2 * given);
  const to = new Int32Array(2 * given);
  const weight = new Float64Array(2 * given);
  const own = new Float64Array(rows);
  const other = new Float64Array(rows);
  let edges = 0;
  for (let row = 0; row < rows; row++) {
    const ends: number[] = [];
    for (let i = row * k; i < (row + 1) * k; i++) {
      if (!(directed[i] > 0)) continue;
      own[indices[i]] = directed[i]!;
      ends.push(indices[i]);
    }
    for (let i = starts[row]; i < starts[row + 1]; i++) {
      other[givers[i]] = gifts[i]!;
      if (own[givers[i]] === 0) ends.push(givers[i]);
    }
    ends.sort((a, b) => a - b);
    for (const end of ends) {
      const [a, b] = [own[end], other[end]];
      from[edges] = row;
      to[edges] = end;
      weight[edges++] = a + b - a * b;
      own[end] = 0;
      other[end] = 0;
    }
  }
  return { from: from.slice(0, edges), to: to.slice(0, edges), weight: weight.slice(0, edges) };
}

/** How much each neighbor belongs to the neighborhood of its point; rows × k, 0 for the point itself. */
function membershipStrengths({ k, indices, distances }: Neighbors, rows: number): Float64Array {
  const strengths = new Float64Array(rows * k);
  const mean = distances.reduce((sum, distance) => sum + distance, 0) / Math.max(1, distances.length);
  for (let row = 0; row < rows; row++) {
    const near = distances.subarray(row * k, (row + 1) * k);
    const nearest = near.find((distance) => distance > 0) ?? 0;
    const width = neighborhoodWidth(near, nearest, mean);
    for (let j = 0; j < k; j++) {
      if (indices[row * k + j] === row) continue;
      const beyond = near[j] - nearest;
      strengths[row * k + j] = beyond <= 0 || width === 0 ? 1 : exp(-beyond / width);
    }
  }
  return strengths;
}

/** The width at which the strengths of the neighbors sum to log2(k). */
function neighborhoodWidth(near: Float64Array, nearest: number, meanOfAll: number): number {
  const goal = log(near.length) / Math.LN2;
  let low = 0;
  let high = Infinity;
  let width = 1;
  for (let step = 0; step < bisections; step++) {
    let sum = 0;
    for (let j = 1; j < near.length; j++) {
      const beyond = near[j] - nearest;
      sum += beyond > 0 ? exp(-beyond / width) : 1;
    }
    if (Math.abs(sum - goal) < tolerance) break;
    if (sum > goal) high = width;
    else low = width;
    width = high === Infinity ? width * 2 : (low + high) / 2;
  }
  const mean = nearest > 0 ? near.reduce((sum, distance) => sum + distance, 0) / near.length : meanOfAll;
  return Math.max(width, leastWidth * mean);
}
