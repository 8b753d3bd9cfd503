import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { nearestLabels, type Vectors } from './nearest-labels.js';

/** Labels by scikit-learn (tools/parity/geneformer-nearest.py): the cells of one type are not in the reference. */
const golden = JSON.parse(
  readFileSync(new URL('../../fixtures/nearest-labels.json', import.meta.url), 'utf8'),
) as Golden;
interface Golden extends Record<'reference' | 'query', number[][]> {
  neighbors: number;
  unknownShare: number;
  labels: string[];
  best: string[];
  label: string[];
  score: number[];
  distance: number[];
  minScore: number;
  referenceAccuracy: number;
}

const vectors = (rows: number[][]): Vectors => ({
  rows: rows.length,
  cols: rows[0].length,
  data: Float32Array.from(rows.flat()),
});
const { neighbors, unknownShare, labels } = golden;
const [query, reference] = [vectors(golden.query), vectors(golden.reference)];

describe('labels of the nearest reference cells', () => {
  const found = nearestLabels(query, reference, labels, { neighbors, unknownShare });

  test('are those of scikit-learn, with cutoffs from leaving each reference cell out', () => {
    expect(found.best).toEqual(golden.best);
    expect(found.score).toBeAllClose(Float32Array.from(golden.score), { atol: 1e-4 });
    expect(found.distance).toBeAllClose(Float32Array.from(golden.distance), { atol: 1e-4 });
    expect(found.minScore).toBeCloseTo(golden.minScore, 4);
    expect(found.referenceAccuracy).toBe(golden.referenceAccuracy);
    expect(found.label).toEqual(golden.label);
    expect(new Set(found.label)).toEqual(new Set(['a', 'b', 'c', 'unknown']));
  });

  test('stay unknown more often if a larger share may become so', () => {
    const unknown = (share: number): number =>
      nearestLabels(query, reference, labels, { neighbors, unknownShare: share }).label.filter(
        (label) => label === 'unknown',
      ).length;
    expect(unknown(0.5)).toBeGreaterThan(unknown(0.05));
  });

  test('need the votes that minScore asks for', () => {
    const strict = nearestLabels(query, reference, labels, { neighbors, unknownShare, minScore: 0.999 });
    expect(strict.minScore).toBe(0.999);
    strict.score.forEach((score, cell) => {
      if (score < 0.999) expect(strict.label[cell]).toBe('unknown');
    });
    expect(strict.best).toEqual(found.best);
  });

  test('are missing for cells without a vector, and reference cells without a label have no vote', () => {
    const data = query.data.slice();
    data.fill(NaN, 0, query.cols);
    const some = labels.map((label) => (label === 'c' ? null : label));
    const partly = nearestLabels({ ...query, data }, reference, some, { neighbors });
    expect([partly.label[0], partly.best[0], partly.score[0], partly.distance[0]]).toEqual([null, null, NaN, NaN]);
    expect(partly.best).not.toContain('c');
  });
});
