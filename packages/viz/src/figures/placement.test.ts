import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { clusterAnchor } from './cluster-anchor.js';
import { placeLabels } from './cluster-labels.js';
import { dodge } from './dodge.js';

describe('dodging along an axis', () => {
  const labels = fc.array(
    fc.record({ at: fc.integer({ min: -50, max: 350 }), size: fc.integer({ min: 5, max: 30 }) }),
    { minLength: 1, maxLength: 12 },
  );

  test('labels that fit never overlap, stay inside and keep their order', () => {
    fc.assert(
      fc.property(labels, (entries) => {
        const sizes = entries.map((entry) => entry.size);
        fc.pre(sizes.reduce((sum, size) => sum + size, 0) <= 300);
        const wanted = entries.map((entry) => entry.at);
        const centers = dodge(wanted, sizes, 0, 300);
        const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0) || a - b);
        let end = 0;
        for (const i of order) {
          expect((centers[i] ?? 0) - (sizes[i] ?? 0) / 2).toBeGreaterThanOrEqual(end - 1e-6);
          end = (centers[i] ?? 0) + (sizes[i] ?? 0) / 2;
        }
        expect(end).toBeLessThanOrEqual(300 + 1e-6);
      }),
    );
  });

  test('labels that do not overlap do not move', () => {
    expect(dodge([200, 20, 100], [20, 20, 20], 0, 300)).toEqual([200, 20, 100]);
  });

  test('two labels at the same position move by the same distance', () => {
    expect(dodge([100, 100], [20, 20], 0, 300)).toEqual([90, 110]);
  });

  test('labels that do not all fit are spread evenly', () => {
    expect(dodge([5, 5, 5], [20, 20, 20], 0, 30)).toEqual([5, 15, 25]);
  });
});

describe('names of clusters', () => {
  const cluster = fc.record({
    x: fc.integer({ min: 0, max: 300 }),
    y: fc.integer({ min: 0, max: 300 }),
    width: fc.integer({ min: 10, max: 100 }),
    height: fc.integer({ min: 10, max: 30 }),
  });

  test('do not overlap and stay inside the frame', () => {
    fc.assert(
      fc.property(fc.array(cluster, { maxLength: 12 }), (clusters) => {
        const named = clusters.map((one) => ({ ...one, points: Float64Array.of(one.x, one.y) }));
        const places = placeLabels(named, 300, 300);
        places.forEach((p, i) => {
          const a = named[i];
          if (!p || !a) return;
          expect(p.x - a.width / 2).toBeGreaterThanOrEqual(0);
          expect(p.x + a.width / 2).toBeLessThanOrEqual(300);
          places.slice(i + 1).forEach((q, k) => {
            const b = named[i + 1 + k];
            if (!q || !b) return;
            const apart =
              Math.abs(p.x - q.x) >= (a.width + b.width) / 2 || Math.abs(p.y - q.y) >= (a.height + b.height) / 2;
            expect(apart).toBe(true);
          });
        });
      }),
      { numRuns: 60 },
    );
  });

  test('a small cluster has its name beside it, a large one on top', () => {
    const small = Float64Array.from({ length: 40 }, (_, i) => 150 + ((i * 7) % 9) - 4);
    const wide = Float64Array.from({ length: 4000 }, (_, i) => 150 + ((i * 7919) % 241) - 120);
    const name = { x: 150, y: 150, width: 60, height: 14 };
    const [beside] = placeLabels([{ ...name, points: small }], 300, 300);
    const [on] = placeLabels([{ ...name, points: wide }], 300, 300);
    expect(Math.abs((beside?.y ?? 150) - 150)).toBeGreaterThan(7);
    expect(on).toEqual({ x: 150, y: 150 });
  });

  test('a class with two clusters is named at the larger one, not between them', () => {
    const points = Float64Array.from({ length: 60 }, (_, i) => (i < 40 ? 50 : 250) + (i % 5));
    const { x, y } = clusterAnchor(points, 300);
    expect(x).toBeCloseTo(52, -1);
    expect(y).toBeCloseTo(52, -1);
  });
});
