import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { finish, golden, umapGolden } from './testing/golden.js';
import { randomNumbers } from './testing/samples.js';
import { BadValueError, CancelledError, ShapeMismatchError } from './errors.js';
import { fuzzyGraph } from './fuzzy-graph.js';
import { nearestNeighbours } from './nearest-neighbours.js';
import { centre, principalComponents } from './principal-components.js';
import { fitSimilarityCurve } from './similarity-curve.js';
import { umap } from './umap.js';
import type { UmapProgress } from './umap.js';

/** `each` points around every one of `clusters` far centres in `cols` dimensions. */
function clusters(
  count: number,
  each: number,
  cols: number,
): { rows: number; cols: number; data: Float32Array; cluster: Int32Array } {
  const { normal } = randomNumbers(5);
  const centres = Array.from({ length: count * cols }, () => normal() * 6);
  const rows = count * each;
  const cluster = Int32Array.from({ length: rows }, (_, row) => row % count);
  const data = Float32Array.from(
    { length: rows * cols },
    (_, at) => (centres[(cluster[Math.floor(at / cols)] ?? 0) * cols + (at % cols)] ?? 0) + normal(),
  );
  return { rows, cols, data, cluster };
}

/** Points made with whole numbers only, so that they are the same wherever they are made. */
function gridPoints(rows: number, cols: number): { rows: number; cols: number; data: Float32Array } {
  let state = 1;
  const data = Float32Array.from({ length: rows * cols }, (_, at) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state >>> 16) % 1000) / 100 + (Math.floor(at / cols) % 3) * 8;
  });
  return { rows, cols, data };
}

describe('nearest neighbours', () => {
  test('are those of scikit-learn', () => {
    const { rows, cols, k, data, indices, distances } = golden.neighbours;
    const { result } = finish(nearestNeighbours(Float64Array.from(data), rows, cols, k));
    expect([...result.indices]).toEqual(indices);
    result.distances.forEach((distance, i) => expect(distance).toBeCloseTo(distances[i] ?? NaN, 9));
  });

  test('a point comes first among its own, also where others have the same place', () => {
    const { result } = finish(nearestNeighbours(new Float64Array(8), 4, 2, 3));
    expect([0, 1, 2, 3].map((row) => result.indices[3 * row])).toEqual([0, 1, 2, 3]);
    expect([...result.distances]).toEqual(new Array(12).fill(0));
  });
});

describe('principal components', () => {
  test('have the scores of an exact singular value decomposition', () => {
    const { rows, cols, kept, data, scores } = golden.components;
    const { result, yielded } = finish(principalComponents(centre(data, rows, cols), rows, cols, kept, 0));
    result.forEach((score, i) => expect(score).toBeCloseTo(scores[i] ?? NaN, 6));
    expect(yielded).toHaveLength(9);
  });

  test('of points that all coincide are zero', () => {
    const { result } = finish(principalComponents(centre(new Array<number>(20).fill(3), 5, 4), 5, 4, 2, 0));
    expect([...result].every((score) => Math.abs(score) < 1e-9)).toBe(true);
  });
});

describe('similarity curve', () => {
  test.each(umapGolden.curves)('is that of umap-learn for a least distance of $minDist', ({ minDist, a, b }) => {
    const fitted = fitSimilarityCurve(minDist);
    expect(fitted.a).toBeCloseTo(a, 5);
    expect(fitted.b).toBeCloseTo(b, 5);
  });
});

describe('fuzzy graph', () => {
  test('is that of umap-learn', () => {
    const { rows, k, indices, distances } = golden.neighbours;
    const neighbours = { k, indices: Int32Array.from(indices), distances: Float64Array.from(distances) };
    const graph = fuzzyGraph(neighbours, rows);
    expect([...graph.from]).toEqual(umapGolden.graph.from);
    expect([...graph.to]).toEqual(umapGolden.graph.to);
    // umap-learn computes in single precision and ends its search for a width at 1e-5 of the goal, as is done here.
    graph.weight.forEach((weight, edge) => expect(weight).toBeCloseTo(umapGolden.graph.weight[edge] ?? NaN, 4));
  });

  test('of points that all coincide joins each to its neighbors with the same weight', () => {
    const { result } = finish(nearestNeighbours(new Float64Array(8), 4, 2, 3));
    expect([...new Set(fuzzyGraph(result, 4).weight)]).toEqual([1]);
  });
});

describe('umap', () => {
  const points = clusters(4, 60, 8);

  test('gives the same bits in every supported version of Node', async () => {
    // Recorded once; Math.pow computes other bits in Node 24 than in Node 20 and 22, and one bit changes the whole picture.
    const layouts = [
      await umap(gridPoints(150, 6), { epochs: 120, seed: 7 }),
      await umap(gridPoints(120, 60), { epochs: 80, minDist: 0.1, nNeighbors: 8, components: 12 }),
    ];
    const digests = layouts.map((layout) =>
      createHash('sha256').update(new Uint8Array(layout.buffer)).digest('hex').slice(0, 16),
    );
    expect(digests).toEqual(['e69f5f8fe97fb578', '72f14c08f7b247b4']);
  });

  test('keeps separated clusters separate: every point lies nearest to points of its own', async () => {
    const layout = await umap(points, { epochs: 200 });
    expect(layout).toHaveLength(2 * points.rows);
    const { result } = finish(nearestNeighbours(Float64Array.from(layout), points.rows, 2, 6));
    const own = result.indices.filter((other, at) => points.cluster[other] === points.cluster[Math.floor(at / 6)]);
    expect(own.length / result.indices.length).toBe(1);
  });

  test('gives the same bits for the same seed, and others for another', async () => {
    const options = { epochs: 50, seed: 3 };
    const first = await umap(points, options);
    expect(await umap(points, options)).toEqual(first);
    expect(await umap(points, { ...options, seed: 4 })).not.toEqual(first);
  });

  test('reduces wide points first and still keeps clusters separate', async () => {
    const wide = clusters(3, 40, 120);
    const layout = await umap(wide, { epochs: 100, components: 10 });
    const { result } = finish(nearestNeighbours(Float64Array.from(layout), wide.rows, 2, 4));
    expect(result.indices.every((other, at) => wide.cluster[other] === wide.cluster[Math.floor(at / 4)])).toBe(true);
  });

  test('reports each stage to its end and lets the event loop run', async () => {
    const events: UmapProgress[] = [];
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    await umap(points, { epochs: 60, onProgress: (event) => events.push(event) });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
    expect([...new Set(events.map((event) => event.stage))]).toEqual(['components', 'neighbours', 'layout']);
    for (const stage of ['components', 'neighbours', 'layout']) {
      const last = events.filter((event) => event.stage === stage).at(-1);
      expect(last?.done).toBe(last?.total);
    }
  });

  test('stops when the signal says so', async () => {
    const controller = new AbortController();
    const onProgress = (event: UmapProgress): void => {
      if (event.stage === 'layout') controller.abort();
    };
    await expect(umap(points, { signal: controller.signal, onProgress })).rejects.toThrow(CancelledError);
  });

  test('works with as few as three points, with points on a line and with points that coincide', async () => {
    for (const data of [Float32Array.of(0, 1, 5), new Float32Array(9)]) {
      const layout = await umap({ rows: data.length, cols: 1, data }, { epochs: 20 });
      expect(layout.every((value) => Number.isFinite(value))).toBe(true);
    }
  });

  test.each([
    ['points.data', { rows: 4, cols: 2, data: new Float32Array(7) }, {}, ShapeMismatchError],
    ['points.rows', { rows: 2, cols: 1, data: new Float32Array(2) }, {}, BadValueError],
    [
      'points.data[3] (row 1)',
      { rows: 4, cols: 2, data: Float32Array.of(0, 1, 2, NaN, 4, 5, 6, 7) },
      {},
      BadValueError,
    ],
    ['options.nNeighbors', { rows: 4, cols: 1, data: new Float32Array(4) }, { nNeighbors: 1 }, BadValueError],
    ['options.minDist', { rows: 4, cols: 1, data: new Float32Array(4) }, { minDist: -1 }, BadValueError],
  ])('names %s when it is wrong', async (field, bad, options, error) => {
    await expect(umap(bad, options)).rejects.toThrow(error);
    await expect(umap(bad, options)).rejects.toThrow(field);
  });
});
