import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import {
  adjustedRandScore,
  graphConnectivity,
  integrationLisi,
  kMeans,
  lisi,
  NearestNeighbors,
  normalizedMutualInfoScore,
  silhouetteBatch,
  silhouetteLabel,
  silhouetteSamples,
} from '../index.js';

/** Scores by scIB's definitions with scikit-learn and scipy; written by tools/parity/analysis-integration.py. */
const golden = JSON.parse(readFileSync(new URL('../../fixtures/integration.json', import.meta.url), 'utf8')) as {
  X: { rows: number; cols: number; data: number[] };
  labels: number[];
  batches: number[];
  k: number;
  clusters: number[];
} & Record<'silhouetteSamples' | 'lisi', number[]> &
  Record<string, number>;

const X = { ...golden.X, data: Float32Array.from(golden.X.data) };
const labels = Int32Array.from(golden.labels);
const batches = Int32Array.from(golden.batches);
const clusters = Int32Array.from(golden.clusters);
const neighbors = new NearestNeighbors({ nNeighbors: golden.k }).fit(X).kneighbors();

test('silhouettes are those of scikit-learn and scIB', () => {
  expect(silhouetteSamples(X, labels)).toBeAllClose(golden.silhouetteSamples, { atol: 1e-5 });
  expect(silhouetteLabel(X, labels)).toBeCloseTo(golden['silhouetteLabel'], 5);
  expect(silhouetteBatch(X, labels, batches)).toBeCloseTo(golden['silhouetteBatch'], 5);
});

test('agreement of labelings is that of scikit-learn', () => {
  expect(adjustedRandScore(labels, clusters)).toBeCloseTo(golden['adjustedRandScore'], 10);
  expect(normalizedMutualInfoScore(labels, clusters)).toBeCloseTo(golden['normalizedMutualInfoScore'], 10);
  expect(adjustedRandScore(labels, labels)).toBe(1);
  expect(normalizedMutualInfoScore(labels, labels)).toBeCloseTo(1, 12);
});

test('neighborhoods have the effective number of batches of the definition', () => {
  expect(lisi(neighbors, batches)).toBeAllClose(golden.lisi, { atol: 1e-4 });
  expect(integrationLisi(neighbors, batches)).toBeCloseTo(golden['integrationLisi'], 4);
  expect(graphConnectivity(neighbors, labels)).toBeCloseTo(golden['graphConnectivity'], 10);
});

test('k-means finds clusters as tight as those of scikit-learn', () => {
  const found = kMeans(X, { nClusters: 4, nInit: 20 });
  expect(found.inertia).toBeLessThanOrEqual(golden['inertia'] * 1.0001);
  expect(adjustedRandScore(found.labels, clusters)).toBeGreaterThan(0.99);
});
