import type { BinnedMatrix } from './binned-matrix.js';
import { type GainTerms, openNodes, type OpenNodes } from './gradient-gain.js';
import type { ListedColumns } from './bin-layouts.js';
import type { FitThreads } from '../threads/fit-threads.js';
import { addNodeRows, scanHistogram, ListWalk } from './gradient-scans.js';

/** Number of blocks of columns; it does not depend on the number of threads. */
export const BLOCKS = 32;

/** Shared memory of the threads that search splits. Arrays over nodes contain the nodes of one depth that may be split. */
export interface SplitSearch {
  binned: BinnedMatrix;
  listed: ListedColumns;
  /** Number of nodes, of columns of this tree, and of rows in the nodes. */
  sizes: Int32Array;
  /** Values of {@link GainTerms}. */
  terms: Float64Array;
  /** Columns this tree may use, ascending. */
  features: Int32Array;
  /** Packed derivatives by row. */
  packed: Float64Array;
  /** Packed derivatives in the order of `rows`. */
  ordered: Float64Array;
  /** Training rows, grouped by node. */
  rows: Int32Array;
  /** Node of each row; the number of nodes for rows outside all nodes. */
  slotOf: Int32Array;
  starts: Int32Array;
  ends: Int32Array;
  /** Packed sum of each node. */
  sums: Float64Array;
  /** Maximum number of nodes. The following arrays have the best split of each block and node, `[block * maxNodes + node]`. */
  maxNodes: number;
  score: Float64Array;
  feature: Int32Array;
  bin: Int32Array;
  next: Int32Array;
  missingLeft: Int32Array;
}

/** Copies the parameters into shared memory. */
export function storeTerms(search: SplitSearch, terms: GainTerms): void {
  const { lambda, alpha, gamma, minChildWeight, gradientStep, hessianStep } = terms;
  search.terms.set([lambda, alpha, gamma, minChildWeight, gradientStep, hessianStep]);
}

function storedTerms({ terms }: SplitSearch): GainTerms {
  return {
    lambda: terms[0],
    alpha: terms[1],
    gamma: terms[2],
    minChildWeight: terms[3],
    gradientStep: terms[4],
    hessianStep: terms[5],
  };
}

/** Allocates the shared memory of a search. */
export function startSearch(
  binned: BinnedMatrix,
  listed: ListedColumns,
  maxDepth: number,
  threads: FitThreads,
): SplitSearch {
  const { rows, cols } = binned;
  // A node that can be split has at least two rows.
  const maxNodes = Math.max(1, Math.min(2 ** (maxDepth - 1), Math.floor(rows / 2)));
  return {
    binned,
    listed,
    sizes: threads.allocate(Int32Array, 3),
    terms: threads.allocate(Float64Array, 6),
    features: threads.allocate(Int32Array, cols),
    packed: threads.allocate(Float64Array, rows),
    ordered: threads.allocate(Float64Array, rows),
    rows: threads.allocate(Int32Array, rows),
    slotOf: threads.allocate(Int32Array, rows),
    starts: threads.allocate(Int32Array, maxNodes),
    ends: threads.allocate(Int32Array, maxNodes),
    sums: threads.allocate(Float64Array, maxNodes),
    maxNodes,
    score: threads.allocate(Float64Array, BLOCKS * maxNodes),
    feature: threads.allocate(Int32Array, BLOCKS * maxNodes),
    bin: threads.allocate(Int32Array, BLOCKS * maxNodes),
    next: threads.allocate(Int32Array, BLOCKS * maxNodes),
    missingLeft: threads.allocate(Int32Array, BLOCKS * maxNodes),
  };
}

/**
 * Returns a function that finds the best split of every node among the columns of one block. The outer loop is over columns, so that
 * each column stays in the cache. A column with few listed rows is scanned row by row, any other column by one histogram per node.
 */
export function searchBlock(search: SplitSearch): (block: number) => void {
  const { binned, listed, sizes, starts, ends } = search;
  const histogram = new Float64Array(binned.counts.reduce((most, count) => Math.max(most, count), 1) + 1);
  return (block) => {
    const [count, columns, active] = sizes as unknown as [number, number, number];
    const terms = storedTerms(search);
    const nodes = openNodes(search.sums.subarray(0, count), terms);
    const walk = new ListWalk(nodes, search, terms);
    const last = Math.floor(((block + 1) * columns) / BLOCKS);
    for (let i = Math.floor((block * columns) / BLOCKS); i < last; i++) {
      const feature = search.features[i];
      const bins = binned.counts[feature];
      const missing = binned.missing[feature] >= 0;
      if (bins === 1 && !missing) continue;
      const listedRows = listed.offsets[feature + 1] - listed.offsets[feature];
      if (listedRows > 0 && walkIsCheaper(listedRows, active, count, bins)) {
        walk.scan(feature);
        continue;
      }
      for (let slot = 0; slot < count; slot++) {
        histogram.fill(0, 0, bins + 1);
        addNodeRows(search, feature, starts[slot], ends[slot], histogram);
        scanHistogram(histogram, bins, feature, nodes, slot, terms);
      }
    }
    report(search, block, nodes);
  };
}

function report(search: SplitSearch, block: number, nodes: OpenNodes): void {
  for (let slot = 0; slot < nodes.count; slot++) {
    const at = block * search.maxNodes + slot;
    search.score[at] = nodes.best[slot]!;
    search.feature[at] = nodes.feature[slot]!;
    search.bin[at] = nodes.bin[slot]!;
    search.next[at] = nodes.next[slot]!;
    search.missingLeft[at] = nodes.missingLeft[slot]!;
  }
}

/** Compares measured costs: a listed row takes about six times as long as a row of a histogram, and scoring a bin four times. */
function walkIsCheaper(listed: number, active: number, nodes: number, bins: number): boolean {
  return 6 * listed < active + 4 * nodes * bins;
}
