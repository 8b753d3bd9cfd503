import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { ArgumentError, checkMatrix, checkOptions, type OptionNames, ShapeError } from '@geneformer-ts/core';
import { CancelledError, checkCount, NotFittedError } from '../errors.js';
import type { Points } from '../sparse-rows.js';
import { findNeighbors } from '../neighbors/nearest-neighbors.js';
import type { Neighbors } from '../neighbors/neighbors.js';
import { componentScores, defaultPasses, fitComponents } from '../pca.js';
import { fuzzyGraph } from './fuzzy-graph.js';
import { optimizeLayout } from './optimize-layout.js';
import { fitSimilarityCurve } from './similarity-curve.js';

/** Progress of a layout. */
export interface UMAPProgress {
  stage: 'components' | 'neighbors' | 'layout';
  done: number;
  total: number;
  unit: 'passes' | 'cells' | 'epochs';
}

/** Options of {@link UMAP}; names are umap-learn's where it has them. */
export interface UMAPOptions {
  /** Neighbors of each point, itself among them. Default 15, at most rows - 1. */
  nNeighbors?: number;
  /** Least distance between points of the layout, from 0 to 1. Default 0.3. */
  minDist?: number;
  /** Seed. Default 0. */
  randomState?: number;
  /** Wider points are first reduced to this many principal components; scanpy's `n_pcs`. Default 50. */
  nPcs?: number;
  /** Rounds of optimization. Default 500 up to 2,500 points, falling to 200 above 7,500. */
  nEpochs?: number;
  /** Most points whose neighbors are searched exactly. Default 20,000. */
  exactUpTo?: number;
  onProgress?: (event: UMAPProgress) => void;
  /** Stops the fit. */
  signal?: AbortSignal;
}

const known: OptionNames<UMAPOptions> = {
  nNeighbors: true,
  minDist: true,
  randomState: true,
  nPcs: true,
  nEpochs: true,
  exactUpTo: true,
  onProgress: true,
  signal: true,
};

/**
 * Uniform manifold approximation and projection (McInnes, Healy and Melville, arXiv:1802.03426) of points to the plane.
 *
 * Points wider than `nPcs` are reduced by {@link PCA}. Neighbors are Euclidean; above `exactUpTo` points they are approximate. The
 * layout starts from the first two principal components rather than at random, so that its large-scale arrangement means something
 * (Kobak and Linderman, Nature Biotechnology 39:156, 2021). Graph, curve and optimization are those of umap-learn. The same points,
 * options and seed give the same bits, in Node 20, 22 and 24 alike. The fit works in short turns and lets the event loop run
 * between them.
 *
 * @example
 * const points = { rows: 6, cols: 1, data: Float32Array.of(0, 1, 2, 50, 51, 52) };
 * const layout = await new UMAP({ nNeighbors: 3 }).fitTransform(points);
 * layout.length; // 12: two coordinates per point
 */
export class UMAP {
  private readonly settings: Settings;
  private layout: Float32Array | undefined;

  /** @throws ArgumentError */
  constructor(private readonly options: UMAPOptions = {}) {
    checkOptions('UMAP', options, known);
    const { nNeighbors = 15, minDist = 0.3, randomState = 0, nPcs = 50, exactUpTo = 20_000, nEpochs } = options;
    checkCount('nNeighbors', nNeighbors, 2);
    checkCount('nPcs', nPcs, 2);
    checkCount('nEpochs', nEpochs ?? 1);
    checkCount('exactUpTo', exactUpTo, 0);
    checkCount('randomState', randomState, -(2 ** 31));
    if (!(minDist >= 0 && minDist <= 1)) throw ArgumentError.of('minDist', minDist, 'a number from 0 to 1');
    this.settings = { nNeighbors, minDist, randomState, nPcs, exactUpTo };
  }

  /**
   * Computes the layout of the points.
   *
   * @throws ShapeError when `data` is not rows × cols, ValueError for a value that is not finite, ArgumentError for
   *   fewer than three rows, CancelledError when the signal stopped it
   */
  async fit(points: Points): Promise<this> {
    checkPoints(points);
    const { rows, cols } = points;
    const { nPcs, nNeighbors, exactUpTo, randomState } = this.settings;

    // Principal components are both the reduced points, where they are wide, and the layout to start from.
    const wide = cols > nPcs;
    const passes = fitComponents(points, { nComponents: wide ? nPcs : 2, randomState });
    let pass = passes.next();
    for (let done = 1; !pass.done; done++) {
      await this.report('components', 'passes', done, defaultPasses);
      pass = passes.next();
    }
    const kept = pass.value.variance.length;
    const scores = componentScores(points, pass.value);

    const reduced = wide ? { rows, cols: kept, data: scores } : points;
    const others = Math.min(nNeighbors, rows - 1) - 1;
    const search = findNeighbors(reduced, Math.max(1, others), { exactUpTo, randomState });
    let step = search.next();
    for (; !step.done; step = search.next()) await this.report('neighbors', 'cells', step.value, rows);
    await this.report('neighbors', 'cells', rows, rows);

    this.layout = await this.lay(withItself(step.value, rows), scores, kept, rows);
    return this;
  }

  /** {@link fit}, then the {@link embedding}. */
  async fitTransform(points: Points): Promise<Float32Array> {
    return (await this.fit(points)).embedding;
  }

  /**
   * Returns the layout of the fitted points, rows × 2, row-major.
   *
   * @throws NotFittedError
   */
  get embedding(): Float32Array {
    if (!this.layout) throw new NotFittedError('UMAP', 'points of the layout', 'await fit(points)');
    return this.layout;
  }

  private async lay(neighbors: Neighbors, scores: Float64Array, kept: number, rows: number): Promise<Float32Array> {
    const random = xoroshiro128plus(this.settings.randomState);
    const uniform = (): number => uniformFloat64(random);
    const layout = startingLayout(scores, kept, rows, uniform);
    const graph = fuzzyGraph(neighbors, rows);
    const epochs = this.options.nEpochs ?? defaultEpochs(rows);
    const rounds = optimizeLayout(layout, graph, fitSimilarityCurve(this.settings.minDist), epochs, uniform);
    for (let epoch = 1; !rounds.next().done; epoch++) await this.report('layout', 'epochs', epoch, epochs);
    return Float32Array.from(layout);
  }

  private async report(stage: UMAPProgress['stage'], unit: UMAPProgress['unit'], done: number, total: number) {
    this.options.onProgress?.({ stage, done, total, unit });
    await nextTurn();
    if (this.options.signal?.aborted) throw new CancelledError('UMAP');
  }
}

type Settings = Required<Pick<UMAPOptions, 'nNeighbors' | 'minDist' | 'randomState' | 'nPcs' | 'exactUpTo'>>;

function checkPoints(points: Points): void {
  const { rows, cols, data } = points;
  if (data.length !== rows * cols) {
    throw new ShapeError('points.data', data.length, rows * cols, `give ${rows} rows × ${cols} columns`);
  }
  if (rows < 3) throw ArgumentError.of('points.rows', rows, 'at least three points');
  if (cols < 1) throw ArgumentError.of('points.cols', cols, 'points with at least one coordinate');
  checkMatrix(points);
}

/** Puts each point before its neighbors, at distance 0, as umap-learn does. */
function withItself({ k, indices, distances }: Neighbors, rows: number): Neighbors {
  const all = { k: k + 1, indices: new Int32Array(rows * (k + 1)), distances: new Float64Array(rows * (k + 1)) };
  for (let row = 0; row < rows; row++) {
    const start = row * (k + 1);
    all.indices[start] = row;
    all.indices.set(indices.subarray(row * k, (row + 1) * k), start + 1);
    all.distances.set(distances.subarray(row * k, (row + 1) * k), start + 1);
  }
  return all;
}

/** The first two components, scaled to ±10, with a little noise that separates points at the same place; umap-learn's. */
function startingLayout(scores: Float64Array, kept: number, rows: number, uniform: () => number): Float64Array {
  let largest = 0;
  for (let row = 0; row < rows; row++) {
    for (let axis = 0; axis < Math.min(2, kept); axis++) {
      largest = Math.max(largest, Math.abs(scores[row * kept + axis]));
    }
  }
  const layout = new Float64Array(2 * rows);
  for (let at = 0; at < layout.length; at++) {
    const axis = at % 2;
    const score = axis < kept && largest > 0 ? scores[Math.floor(at / 2) * kept + axis] : 0;
    layout[at] = (largest > 0 ? (score / largest) * 10 : 0) + (uniform() - 0.5) * 2e-4;
  }
  return layout;
}

/** More points need fewer rounds; the numbers are those of umap-js. */
function defaultEpochs(rows: number): number {
  if (rows <= 2500) return 500;
  if (rows <= 5000) return 400;
  return rows <= 7500 ? 300 : 200;
}

/** Lets the event loop run; browsers have no setImmediate. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve);
  });
}
