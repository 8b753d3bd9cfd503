import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { ArgumentError, ShapeError, ValueError } from '@geneformer-ts/core';
import { CancelledError } from '../errors.js';
import type { Points } from '../sparse-rows.js';
import { NearestNeighbors } from '../neighbors/nearest-neighbors.js';
import { golden, umapGolden } from '../testing/golden.js';
import { clusters } from '../testing/points.js';
import { fuzzyGraph } from './fuzzy-graph.js';
import { fitSimilarityCurve } from './similarity-curve.js';
import { UMAP, type UMAPOptions, type UMAPProgress } from './umap.js';

const umap = (points: Points, options?: UMAPOptions) => new UMAP(options).fitTransform(points);

/** Share of the nearest neighbors in a layout that are of the same cluster. */
function purity(layout: Float32Array, cluster: Int32Array, nNeighbors: number): number {
  const plane = { rows: cluster.length, cols: 2, data: layout };
  const { k, indices } = new NearestNeighbors({ nNeighbors }).fit(plane).kneighbors();
  return indices.filter((other, at) => cluster[other] === cluster[Math.floor(at / k)]).length / indices.length;
}

/** Points made with whole numbers only, so that they are the same wherever they are made. */
function gridPoints(rows: number, cols: number): Points {
  let state = 1;
  const data = Float32Array.from({ length: rows * cols }, (_, at) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state >>> 16) % 1000) / 100 + (Math.floor(at / cols) % 3) * 8;
  });
  return { rows, cols, data };
}

describe('similarity curve', () => {
  test.each(umapGolden.curves)('is that of umap-learn for a least distance of $minDist', ({ minDist, a, b }) => {
    const fitted = fitSimilarityCurve(minDist);
    expect(fitted.a).toBeCloseTo(a, 5);
    expect(fitted.b).toBeCloseTo(b, 5);
  });
});

describe('fuzzy graph', () => {
  test('is that of umap-learn', () => {
    const { rows, among } = golden.neighbors;
    const { k, indices, distances } = among;
    const neighbors = { k, indices: Int32Array.from(indices), distances: Float64Array.from(distances) };
    const graph = fuzzyGraph(neighbors, rows);
    expect([...graph.from]).toEqual(umapGolden.graph.from);
    expect([...graph.to]).toEqual(umapGolden.graph.to);
    // umap-learn computes in single precision and ends its search for a width at 1e-5 of the goal, as is done here.
    graph.weight.forEach((weight, edge) => expect(weight).toBeCloseTo(umapGolden.graph.weight[edge], 4));
  });

  test('of points that all coincide joins each to its neighbors with the same weight', () => {
    const indices = Int32Array.of(0, 1, 2, 1, 0, 2, 2, 0, 1, 3, 0, 1);
    const graph = fuzzyGraph({ k: 3, indices, distances: new Float64Array(12) }, 4);
    expect([...new Set(graph.weight)]).toEqual([1]);
  });
});

describe('UMAP', () => {
  const points = clusters(4, 60, 8);

  test('gives the same bits in every supported version of Node', async () => {
    // Recorded once; one bit that another engine computes differently changes the whole picture.
    const layouts = [
      await umap(gridPoints(150, 6), { nEpochs: 120, randomState: 7 }),
      await umap(gridPoints(120, 60), { nEpochs: 80, minDist: 0.1, nNeighbors: 8, nPcs: 12 }),
      await umap(points, { nEpochs: 60, exactUpTo: 100 }),
    ];
    const digests = layouts.map((layout) =>
      createHash('sha256').update(new Uint8Array(layout.buffer)).digest('hex').slice(0, 16),
    );
    expect(digests).toEqual(['e7a0493e69bd5e34', '9998de6fbc842132', '33c5aa23351438aa']);
  });

  test('does not depend on the exp, log and pow of the engine', async () => {
    const layout = await umap(gridPoints(60, 6), { nEpochs: 40 });
    const { exp, log, log2, pow } = Math;
    const off = (value: number) => value * (1 + 1e-15);
    Object.assign(Math, {
      exp: (x: number) => off(exp(x)),
      log: (x: number) => off(log(x)),
      log2: (x: number) => off(log2(x)),
      pow: (x: number, y: number) => off(pow(x, y)),
    });
    try {
      expect(await umap(gridPoints(60, 6), { nEpochs: 40 })).toEqual(layout);
    } finally {
      Object.assign(Math, { exp, log, log2, pow });
    }
  });

  test('keeps separated clusters separate: every point lies nearest to points of its own', async () => {
    expect(purity(await umap(points, { nEpochs: 200 }), points.cluster, 5)).toBe(1);
  });

  test('keeps them separate with approximate neighbors too', async () => {
    expect(purity(await umap(points, { nEpochs: 200, exactUpTo: 100 }), points.cluster, 5)).toBe(1);
  });

  test('gives the same bits for the same seed, and others for another', async () => {
    const options = { nEpochs: 50, randomState: 3 };
    const first = await umap(points, options);
    expect(await umap(points, options)).toEqual(first);
    expect(await umap(points, { ...options, randomState: 4 })).not.toEqual(first);
  });

  test('takes points in single and in double precision alike', async () => {
    const { rows, cols, data } = points;
    expect(await umap({ rows, cols, data: Float64Array.from(data) }, { nEpochs: 20 })).toEqual(
      await umap(points, { nEpochs: 20 }),
    );
  });

  test('reduces wide points first and still keeps clusters separate', async () => {
    const wide = clusters(3, 40, 120);
    expect(purity(await umap(wide, { nEpochs: 100, nPcs: 10 }), wide.cluster, 3)).toBe(1);
  });

  test('reports each stage to its end and lets the event loop run', async () => {
    const events: UMAPProgress[] = [];
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    await umap(points, { nEpochs: 60, onProgress: (event) => events.push(event) });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
    expect([...new Set(events.map((event) => event.stage))]).toEqual(['components', 'neighbors', 'layout']);
    for (const stage of ['components', 'neighbors', 'layout']) {
      const last = events.filter((event) => event.stage === stage).at(-1);
      expect(last?.done).toBe(last?.total);
    }
  });

  test('stops when the signal is aborted', async () => {
    const controller = new AbortController();
    const onProgress = (event: UMAPProgress): void => {
      if (event.stage === 'layout') controller.abort();
    };
    await expect(umap(points, { signal: controller.signal, onProgress })).rejects.toThrow(CancelledError);
  });

  test('works with as few as three points, with points on a line and with points that coincide', async () => {
    for (const data of [Float32Array.of(0, 1, 5), new Float32Array(9)]) {
      const layout = await umap({ rows: data.length, cols: 1, data }, { nEpochs: 20 });
      expect(layout.every((value) => Number.isFinite(value))).toBe(true);
    }
  });

  test.each<[string, Points, UMAPOptions, new (...args: never[]) => Error]>([
    ['points.data', { rows: 4, cols: 2, data: new Float32Array(7) }, {}, ShapeError],
    ['points.rows', { rows: 2, cols: 1, data: new Float32Array(2) }, {}, ArgumentError],
    ['X.data[3]', { rows: 4, cols: 2, data: Float32Array.of(0, 1, 2, NaN, 4, 5, 6, 7) }, {}, ValueError],
  ])('names %s when it is wrong', async (field, bad, options, error) => {
    await expect(umap(bad, options)).rejects.toThrow(error);
    await expect(umap(bad, options)).rejects.toThrow(field);
  });

  test.each<[keyof UMAPOptions, number]>([
    ['nNeighbors', 1],
    ['minDist', -1],
    ['nPcs', 1],
    ['nEpochs', 0],
    ['randomState', 0.5],
    ['exactUpTo', -1],
  ])('names %s when it is wrong', (option, value) => {
    expect(() => new UMAP({ [option]: value })).toThrow(`${option}: ${value} is not valid`);
  });

  test('throws before fit, with the remedy', () => {
    expect(() => new UMAP().embedding).toThrow(
      'UMAP: points of the layout are available only after fit(); call await fit(points)',
    );
  });
});
