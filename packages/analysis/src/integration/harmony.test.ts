import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { DenseMatrix } from '@geneformer-ts/core';
import { harmony, integrationLisi, NearestNeighbors } from '../index.js';
import { harmonyFrom } from './harmony.js';

/** Vectors that harmonypy corrected, from given clusters and in a given order; written by tools/parity/analysis-harmony.py. */
const golden = JSON.parse(readFileSync(new URL('../../fixtures/harmony.json', import.meta.url), 'utf8')) as {
  X: { rows: number; cols: number; data: number[] };
  batches: number[];
  clusters: number;
  first: number[];
  runs: { theta: number; sigma: number; lambda: number; data: number[] }[];
};

const X = { ...golden.X, data: Float32Array.from(golden.X.data) };
const batches = Int32Array.from(golden.batches);
const iLisi = (points: DenseMatrix): number =>
  integrationLisi(new NearestNeighbors({ nNeighbors: 30 }).fit(points).kneighbors(), batches);

test.each(golden.runs)('vectors are those of harmonypy: theta $theta, sigma $sigma, lambda $lambda', (run) => {
  const start = {
    clusters: Int32Array.from(golden.first),
    nClusters: golden.clusters,
    order: () => Int32Array.from(batches.keys()).reverse(),
  };
  const { data } = harmonyFrom(X, batches, run, start);
  expect(data).toBeAllClose(Float32Array.from(run.data), { atol: 1e-5 });
  expect(data).not.toBeAllClose(X.data, { atol: 0.1 });
});

test('batches are mixed more than before, and more with a larger theta', () => {
  const [before, weak, strong] = [iLisi(X), iLisi(harmony(X, batches, { theta: 0 })), iLisi(harmony(X, batches))];
  expect(weak).toBeGreaterThan(before + 0.1);
  expect(strong).toBeGreaterThan(weak);
});

test('the same seed gives the same bits', () => {
  expect(harmony(X, batches)).toEqual(harmony(X, batches));
  expect(harmony(X, batches, { randomState: 1 })).not.toEqual(harmony(X, batches));
});

test('one batch is left as it is', () => {
  expect(harmony(X, new Int32Array(X.rows)).data).toBeAllClose(X.data, { atol: 1e-5 });
});

test.each([
  [{ theta: -1 }, 'theta: -1 is not valid; use a number from 0'],
  [{ sigma: 0 }, 'sigma: 0 is not valid; use a number above 0'],
  [{ nClusters: 0.5 }, 'nClusters: 0.5 is not valid'],
  [{ nClusters: 1000 }, 'nClusters: 1000 is not valid'],
])('%j is refused', (options, message) => {
  expect(() => harmony(X, batches, options)).toThrow(message);
});

test('every row needs a batch', () => {
  expect(() => harmony(X, batches.slice(1))).toThrow('batches: has 239 values for 240 rows; give one batch per row');
  expect(() =>
    harmony(
      X,
      batches.map(() => -1),
    ),
  ).toThrow('batches: -1 is not valid');
});

test('a signal stops between rounds', () => {
  const stop = new AbortController();
  stop.abort(new Error('stopped'));
  expect(() => harmony(X, batches, { signal: stop.signal })).toThrow('stopped');
});
