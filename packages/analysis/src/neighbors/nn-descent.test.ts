import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Points } from '../sparse-rows.js';
import { clusters } from '../testing/points.js';
import { NearestNeighbors } from './nearest-neighbors.js';
import type { Neighbors } from './neighbors.js';

const nNeighbors = 15;
const exact = (X: Points) => new NearestNeighbors({ nNeighbors, algorithm: 'brute' }).fit(X).kneighbors();
const approximate = (X: Points, randomState = 0) =>
  new NearestNeighbors({ nNeighbors, randomState, exactUpTo: 500 }).fit(X).kneighbors();

/** Share of the true neighbors that were found. */
function recall(found: Neighbors, truth: Neighbors): number {
  let hits = 0;
  for (let start = 0; start < truth.indices.length; start += truth.k) {
    const own = new Set(truth.indices.subarray(start, start + truth.k));
    for (const index of found.indices.subarray(start, start + truth.k)) if (own.has(index)) hits++;
  }
  return hits / truth.indices.length;
}

describe('NN-descent', () => {
  const points = clusters(3, 500, 30);
  const found = approximate(points);

  test('finds at least 95 % of the 15 nearest rows among clusters, with their exact distances', () => {
    const truth = exact(points);
    expect(found).not.toEqual(truth);
    expect(recall(found, truth)).toBeGreaterThan(0.95);
    const wrong = found.indices.filter(
      (index, i) => index === truth.indices[i] && found.distances[i] !== truth.distances[i],
    );
    expect(wrong).toHaveLength(0);
  });

  test('gives each row different rows, nearest first, and never itself', () => {
    const { k, indices, distances } = found;
    const repeated = points.cluster.filter(
      (_, row) => new Set([row, ...indices.subarray(row * k, (row + 1) * k)]).size !== k + 1,
    );
    expect(repeated).toHaveLength(0);
    expect(distances.filter((distance, i) => i % k > 0 && distance < distances[i - 1])).toHaveLength(0);
  });

  test('gives the same bits for the same seed, in every supported version of Node, and others for another', () => {
    expect(approximate(points)).toEqual(found);
    expect(approximate(points, 1)).not.toEqual(found);
    expect(createHash('sha256').update(new Uint8Array(found.indices.buffer)).digest('hex').slice(0, 16)).toBe(
      '7e45896988c29638',
    );
  });

  test('is exact up to the threshold', () => {
    const few = clusters(4, 125, 6);
    expect(approximate(few)).toEqual(exact(few));
  });

  test('ends for identical rows', () => {
    const same = { rows: 600, cols: 3, data: new Float32Array(1800) };
    const { indices, distances } = approximate(same);
    expect(distances.every((distance) => distance === 0)).toBe(true);
    expect(indices.every((index) => index >= 0 && index < 600)).toBe(true);
  });
});
