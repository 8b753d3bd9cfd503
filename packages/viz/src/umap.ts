import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { BadValueError, CancelledError, ShapeMismatchError } from './errors.js';
import { fuzzyGraph } from './fuzzy-graph.js';
import { nearestNeighbours } from './nearest-neighbours.js';
import type { Neighbours } from './nearest-neighbours.js';
import { optimizeLayout } from './optimize-layout.js';
import { centre, principalComponents } from './principal-components.js';
import { fitSimilarityCurve } from './similarity-curve.js';

/** A dense row-major matrix: rows × cols. */
export interface Points {
  rows: number;
  cols: number;
  data: Float32Array | Float64Array;
}

export interface UmapProgress {
  stage: 'components' | 'neighbours' | 'layout';
  done: number;
  total: number;
  unit: 'passes' | 'cells' | 'epochs';
}

export interface UmapOptions {
  /** Neighbours of each point, itself among them; default 15, at most rows − 1. */
  nNeighbors?: number;
  /** Least distance between points of the layout; default 0.3. */
  minDist?: number;
  /** Default 0. */
  seed?: number;
  /** Wider points are first reduced to this many principal components; default 50. */
  components?: number;
  /** Rounds of optimisation; default 500 up to 2,500 points, falling to 200 above 7,500. */
  epochs?: number;
  onProgress?: (event: UmapProgress) => void;
  signal?: AbortSignal;
}

const passes = 9;

/**
 * Uniform manifold approximation and projection (McInnes, Healy & Melville, arXiv:1802.03426) of points to the plane: rows × 2.
 *
 * Points wider than `components` are reduced by PCA, neighbours are exact (Euclidean), the layout starts from the first two
 * principal components rather than at random, so that its large-scale arrangement means something (Kobak & Linderman, Nature
 * Biotechnology 39:156, 2021). The graph and the curve are those of umap-learn, and so is the optimization. The same points,
 * options and seed give the same bits, in Node 20, 22 and 24 alike. Works in short turns and lets the event loop run between
 * them. Meant for up to about 20,000 points.
 *
 * @throws ShapeMismatchError when `data` is not rows × cols; BadValueError on fewer than three rows, a value that is not finite or an option out of range; CancelledError
 */
export async function umap(points: Points, options: UmapOptions = {}): Promise<Float32Array> {
  const settings = check(points, options);
  const { rows } = points;
  const report = async (
    stage: UmapProgress['stage'],
    unit: UmapProgress['unit'],
    done: number,
    total: number,
  ): Promise<void> => {
    options.onProgress?.({ stage, done, total, unit });
    await nextTurn();
    if (options.signal?.aborted) throw new CancelledError('umap');
  };

  // Principal components are both the reduced points, where they are wide, and the layout to start from.
  const centred = centre(points.data, rows, points.cols);
  const wide = points.cols > settings.components;
  const kept = Math.min(wide ? settings.components : 2, points.cols, rows);
  const reduction = principalComponents(centred, rows, points.cols, kept, settings.seed);
  let pass = reduction.next();
  for (let done = 1; !pass.done; done++) {
    await report('components', 'passes', done, passes);
    pass = reduction.next();
  }
  const scores = pass.value;
  const [reduced, cols] = wide ? [scores, kept] : [centred, points.cols];

  const search = nearestNeighbours(reduced, rows, cols, settings.nNeighbors);
  let step = search.next();
  for (; !step.done; step = search.next()) await report('neighbours', 'cells', step.value, rows);

  return layout(step.value, scores, kept, rows, settings, (done, total) => report('layout', 'epochs', done, total));
}

type Settings = Required<Pick<UmapOptions, 'nNeighbors' | 'minDist' | 'seed' | 'components' | 'epochs'>>;

async function layout(
  neighbours: Neighbours,
  scores: Float64Array,
  scoreCols: number,
  rows: number,
  settings: Settings,
  report: (done: number, total: number) => Promise<void>,
): Promise<Float32Array> {
  const random = xoroshiro128plus(settings.seed);
  const uniform = (): number => uniformFloat64(random);
  // The scale of ±10 and the little noise, which parts points that coincide, are those of the reference implementation.
  let largest = 0;
  for (let row = 0; row < rows; row++) {
    for (let axis = 0; axis < Math.min(2, scoreCols); axis++)
      largest = Math.max(largest, Math.abs(scores[row * scoreCols + axis]));
  }
  const embedding = new Float64Array(2 * rows);
  for (let at = 0; at < embedding.length; at++) {
    const axis = at % 2;
    const score = axis < scoreCols && largest > 0 ? scores[Math.floor(at / 2) * scoreCols + axis] : 0;
    embedding[at] = (largest > 0 ? (score / largest) * 10 : 0) + (uniform() - 0.5) * 2e-4;
  }
  const graph = fuzzyGraph(neighbours, rows);
  const curve = fitSimilarityCurve(settings.minDist);
  const rounds = optimizeLayout(embedding, graph, curve, settings.epochs, uniform);
  for (let epoch = 1; !rounds.next().done; epoch++) await report(epoch, settings.epochs);
  return Float32Array.from(embedding);
}

/** More points need fewer rounds; the numbers are those of umap-js. */
function defaultEpochs(rows: number): number {
  if (rows <= 2500) return 500;
  if (rows <= 5000) return 400;
  return rows <= 7500 ? 300 : 200;
}

function check(points: Points, options: UmapOptions): Settings {
  const { rows, cols, data } = points;
  if (data.length !== rows * cols)
    throw new ShapeMismatchError('umap', 'points.data', data.length, rows * cols, `${rows} rows × ${cols} columns`);
  if (rows < 3) throw new BadValueError('umap', 'points.rows', rows, 'a layout needs at least three points');
  if (cols < 1) throw new BadValueError('umap', 'points.cols', cols, 'points need at least one coordinate');
  const bad = data.findIndex((value: number) => !Number.isFinite(value));
  if (bad >= 0)
    throw new BadValueError(
      'umap',
      `points.data[${bad}] (row ${Math.floor(bad / cols)})`,
      data[bad],
      'leave out rows with missing values',
    );
  const whole = (name: 'nNeighbors' | 'components' | 'epochs' | 'seed', value: number, least: number): number => {
    if (!Number.isInteger(value) || value < least)
      throw new BadValueError('umap', `options.${name}`, value, `give a whole number from ${least}`);
    return value;
  };
  const minDist = options.minDist ?? 0.3;
  if (!(minDist >= 0 && minDist <= 1))
    throw new BadValueError('umap', 'options.minDist', minDist, 'give a number from 0 to 1');
  return {
    nNeighbors: Math.min(whole('nNeighbors', options.nNeighbors ?? 15, 2), rows - 1),
    minDist,
    seed: whole('seed', options.seed ?? 0, -(2 ** 31)),
    components: whole('components', options.components ?? 50, 2),
    epochs: whole('epochs', options.epochs ?? defaultEpochs(rows), 1),
  };
}
