import { below, randomStream, type Random } from '@geneformer-ts/core';
import type { Points } from '../sparse-rows.js';
import { NeighborLists } from './neighbor-lists.js';
import { rowsPerTurn, type Neighbors } from './neighbors.js';
import { randomProjectionTree } from './random-projection-tree.js';

/** Candidates per row and round, and the share of changed neighbors below which the search ends. */
const mostCandidates = 30;
const leastChange = 0.001;

/**
 * Approximate nearest neighbors of every row by Euclidean distance, the row itself left out: NN-descent (Dong, Moses and Li, WWW
 * 2011), started from a forest of random projection trees as pynndescent does. A neighbor of a neighbor is likely a neighbor, so rows
 * that share a neighbor are compared until few lists change. Seeded; takes about rows × log(rows) comparisons. Yields about how many
 * rows are done.
 */
export function* nnDescent(X: Points, k: number, seed: number): Generator<number, Neighbors> {
  const { rows } = X;
  const lists = new NeighborLists(X, k);
  const trees = Math.min(32, 4 + Math.round(Math.sqrt(rows) / 20));
  const rounds = Math.max(5, Math.ceil(Math.log2(rows)));
  const turn = (done: number) => Math.floor((rows * done) / (trees + rounds));
  const leafSize = Math.max(30, 4 * k);
  for (let tree = 0; tree < trees; tree++) {
    const { order, starts } = randomProjectionTree(X, leafSize, randomStream(seed, tree));
    for (let leaf = 0; leaf + 1 < starts.length; leaf++) compareAll(lists, order, starts[leaf], starts[leaf + 1]);
    yield turn(tree + 1);
  }
  const random = randomStream(seed, trees);
  fillUp(lists, rows, random);
  const fresh = new Candidates(rows);
  const known = new Candidates(rows);
  for (let round = 0; round < rounds; round++) {
    chooseCandidates(lists, rows, fresh, known, random);
    let changes = 0;
    for (let row = 0; row < rows; row++) {
      changes += joinCandidates(lists, row, fresh, known);
      if ((row + 1) % (16 * rowsPerTurn) === 0) yield turn(trees + round + row / rows);
    }
    if (changes <= leastChange * rows * k) break;
  }
  return lists.neighbors();
}

function compareAll(lists: NeighborLists, order: Int32Array, from: number, to: number): void {
  for (let i = from; i < to; i++) for (let j = i + 1; j < to; j++) lists.compare(order[i], order[j]);
}

/** Lists that the trees left with gaps get random rows. */
function fillUp(lists: NeighborLists, rows: number, random: Random): void {
  for (let row = 0; row < rows; row++) {
    while (lists.at(row, lists.k - 1) < 0) lists.compare(row, below(random, rows));
  }
}

/** For each row a sample of rows, drawn evenly from all that are offered. */
class Candidates {
  readonly count: Int32Array;
  private readonly offered: Int32Array;
  private readonly rows: Int32Array;

  constructor(rows: number) {
    this.count = new Int32Array(rows);
    this.offered = new Int32Array(rows);
    this.rows = new Int32Array(rows * mostCandidates);
  }

  clear(): void {
    this.count.fill(0);
    this.offered.fill(0);
  }

  at(row: number, place: number): number {
    return this.rows[row * mostCandidates + place];
  }

  offer(row: number, candidate: number, random: Random): void {
    const start = row * mostCandidates;
    const held = this.count[row];
    for (let i = start; i < start + held; i++) if (this.rows[i] === candidate) return;
    const before = this.offered[row]++;
    if (held < mostCandidates) this.rows[start + this.count[row]++] = candidate;
    else {
      const place = below(random, before + 1);
      if (place < mostCandidates) this.rows[start + place] = candidate;
    }
  }

  has(row: number, candidate: number): boolean {
    const start = row * mostCandidates;
    for (let i = start; i < start + this.count[row]; i++) if (this.rows[i] === candidate) return true;
    return false;
  }
}

/** Samples new and old neighbors of each row, in both directions; new ones that were chosen become old. */
function chooseCandidates(
  lists: NeighborLists,
  rows: number,
  fresh: Candidates,
  known: Candidates,
  random: Random,
): void {
  fresh.clear();
  known.clear();
  for (let row = 0; row < rows; row++) {
    for (let place = 0; place < lists.k; place++) {
      const other = lists.at(row, place);
      const sample = lists.newAt(row, place) ? fresh : known;
      sample.offer(row, other, random);
      sample.offer(other, row, random);
    }
  }
  for (let row = 0; row < rows; row++) {
    for (let place = 0; place < lists.k; place++) {
      if (lists.newAt(row, place) && fresh.has(row, lists.at(row, place))) lists.setOld(row, place);
    }
  }
}

/** Compares the new candidates of a row with each other and with the old ones; returns how many neighbors changed. */
function joinCandidates(lists: NeighborLists, row: number, fresh: Candidates, known: Candidates): number {
  let changes = 0;
  for (let i = 0; i < fresh.count[row]; i++) {
    const candidate = fresh.at(row, i);
    for (let j = i + 1; j < fresh.count[row]; j++) changes += lists.compare(candidate, fresh.at(row, j));
    for (let j = 0; j < known.count[row]; j++) changes += lists.compare(candidate, known.at(row, j));
  }
  return changes;
}
