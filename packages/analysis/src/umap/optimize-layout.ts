import type { FuzzyGraph } from './fuzzy-graph.js';
import { exp, log } from '../portable-math.js';
import type { SimilarityCurve } from './similarity-curve.js';

/** Points that are pushed away for each that is pulled, and the farthest that one coordinate moves at a time; umap-learn's. */
const negativeSamples = 5;
const longestMove = 4;

/**
 * Moves the points of `layout` (rows × 2) in place so that connected ones are near and others are not: stochastic gradient descent
 * with negative sampling (algorithm 5 of McInnes, Healy & Melville, arXiv:1802.03426). An edge of weight w is visited in the share
 * w / (largest w) of the epochs. Yields after every epoch.
 *
 * Powers are made from exp and log, which give the same bits in every engine; `Math.pow` and `**` do not.
 *
 * @param uniform a random number from 0 to 1, 1 left out
 */
export function* optimizeLayout(
  layout: Float64Array,
  graph: FuzzyGraph,
  { a, b }: SimilarityCurve,
  epochs: number,
  uniform: () => number,
): Generator<void, void> {
  const rows = layout.length / 2;
  const largest = graph.weight.reduce((most, weight) => Math.max(most, weight), 0);
  // Edges with less than one visit are skipped.
  const visited = graph.weight
    .map((weight, edge) => (weight < largest / epochs ? -1 : edge))
    .filter((edge) => edge >= 0);
  const period = visited.map((edge) => largest / graph.weight[edge]);
  const nextVisit = period.slice();
  const nextPush = period.map((epochsApart) => epochsApart / negativeSamples);

  for (let epoch = 0; epoch < epochs; epoch++) {
    const rate = 1 - epoch / epochs;
    for (let i = 0; i < visited.length; i++) {
      if (nextVisit[i] > epoch) continue;
      const own = 2 * graph.to[visited[i]];
      const other = 2 * graph.from[visited[i]];
      pull(layout, own, other, a, b, rate);
      nextVisit[i] += period[i];
      const pushPeriod = period[i] / negativeSamples;
      const pushes = Math.floor((epoch - nextPush[i]) / pushPeriod);
      for (let n = 0; n < pushes; n++) push(layout, own, 2 * Math.floor(uniform() * rows), a, b, rate);
      nextPush[i] += pushes * pushPeriod;
    }
    yield;
  }
}

function pull(layout: Float64Array, own: number, other: number, a: number, b: number, rate: number): void {
  const dx = layout[own] - layout[other];
  const dy = layout[own + 1] - layout[other + 1];
  const squared = dx * dx + dy * dy;
  if (squared === 0) return;
  const power = exp(b * log(squared));
  const slope = (-2 * a * b * power) / (squared * (a * power + 1));
  const [moveX, moveY] = [rate * clip(slope * dx), rate * clip(slope * dy)];
  layout[own] += moveX;
  layout[own + 1] += moveY;
  layout[other] -= moveX;
  layout[other + 1] -= moveY;
}

function push(layout: Float64Array, own: number, other: number, a: number, b: number, rate: number): void {
  if (own === other) return;
  const dx = layout[own] - layout[other];
  const dy = layout[own + 1] - layout[other + 1];
  const squared = dx * dx + dy * dy;
  if (squared === 0) {
    layout[own] += rate * longestMove;
    layout[own + 1] += rate * longestMove;
    return;
  }
  const slope = (2 * b) / ((0.001 + squared) * (a * exp(b * log(squared)) + 1));
  layout[own] += rate * clip(slope * dx);
  layout[own + 1] += rate * clip(slope * dy);
}

function clip(move: number): number {
  return move > longestMove ? longestMove : move < -longestMove ? -longestMove : move;
}
