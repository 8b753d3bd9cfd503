import { halfWay, MOST_BINS, type BinnedMatrix } from './bins.js';
import type { GrowingNode, Splitter } from './grow-tree.js';
import type { Draw } from './random.js';

/** Limits of a classification tree. */
export interface GiniLimits {
  /** Features looked at for one split. */
  maxFeatures: number;
  /** Rows a node must hold to be split. */
  minSamplesSplit: number;
  /** Rows each side of a split must hold. */
  minSamplesLeaf: number;
}

/** Nodes of at most this many rows are sorted by insertion: emptying and reading a whole histogram would cost more. */
const SORTED_UP_TO = 40;

/**
 * Splits of a classification tree by Gini impurity, over features drawn anew at every node. As in scikit-learn, features that do
 * not vary in the node count as drawn, but drawing goes on until one varies.
 */
export class GiniSplitter implements Splitter {
  readonly outputs: number;
  private readonly features: Int32Array;
  private readonly histogram: Float64Array;
  private readonly labels: Int32Array;
  private readonly draws: Float64Array;
  private readonly left: Float64Array;
  private readonly totals: Float64Array;
  private readonly rowsInBin = new Int32Array(MOST_BINS);
  private readonly keys = new Int32Array(SORTED_UP_TO);
  private score = 0;
  private bin = 0;

  /** @param weights how often the bootstrap drew each row, times the row's class weight */
  constructor(
    private readonly binned: BinnedMatrix,
    private readonly y: Int32Array,
    private readonly weights: Float64Array,
    classes: number,
    private readonly limits: GiniLimits,
    private readonly draw: Draw,
  ) {
    this.outputs = classes;
    this.features = Int32Array.from({ length: binned.cols }, (_, col) => col);
    this.histogram = new Float64Array(MOST_BINS * classes);
    this.labels = new Int32Array(binned.rows);
    this.draws = new Float64Array(binned.rows);
    this.left = new Float64Array(classes);
    this.totals = new Float64Array(classes);
  }

  findSplits(frontier: readonly GrowingNode[], rows: Int32Array): void {
    for (const node of frontier) this.findSplit(node, rows);
  }

  describe(node: GrowingNode, rows: Int32Array, value: Float32Array): number {
    const all = this.enter(node, rows);
    for (let label = 0; label < this.outputs; label++) value[label] = this.totals[label]! / all;
    return all;
  }

  /** Gathers the node's labels and weights next to each other and sums them; returns the node's weight. */
  private enter(node: GrowingNode, rows: Int32Array): number {
    this.totals.fill(0);
    let all = 0;
    for (let i = node.start, at = 0; i < node.end; i++, at++) {
      const row = rows[i]!;
      const label = this.y[row]!;
      const weight = this.weights[row]!;
      this.labels[at] = label;
      this.draws[at] = weight;
      this.totals[label]! += weight;
      all += weight;
    }
    return all;
  }

  private findSplit(node: GrowingNode, rows: Int32Array): void {
    if (node.end - node.start < this.limits.minSamplesSplit) return;
    const all = this.enter(node, rows);
    if (this.totals.some((total) => total === all)) return;
    let squares = 0;
    for (const total of this.totals) squares += total * total;
    const before = squares / all;

    const { features, limits, draw } = this;
    let best = -Infinity;
    let varying = 0;
    for (let visited = 0; visited < features.length; visited++) {
      if (visited >= limits.maxFeatures && varying > 0) break;
      const j = visited + draw(features.length - visited);
      const feature = features[j]!;
      features[j] = features[visited]!;
      features[visited] = feature;
      if (!this.scan(feature, node, rows, all, squares)) continue;
      varying++;
      if (this.score > best) {
        best = this.score;
        node.feature = feature;
        node.bin = this.bin;
        node.gain = best - before;
      }
    }
  }

  /** Sets `score` and `bin` to the feature's best split; false when the feature does not vary in the node. */
  private scan(feature: number, node: GrowingNode, rows: Int32Array, all: number, squares: number): boolean {
    this.score = -Infinity;
    const column = this.binned.bins.subarray(feature * this.binned.rows, (feature + 1) * this.binned.rows);
    return node.end - node.start <= SORTED_UP_TO
      ? this.scanSorted(column, node, rows, all, squares)
      : this.scanHistogram(column, node, rows, all, squares);
  }

  private scanHistogram(
    column: Uint8Array,
    node: GrowingNode,
    rows: Int32Array,
    all: number,
    squares: number,
  ): boolean {
    const { histogram, rowsInBin, labels, draws, left, totals, outputs } = this;
    const { minSamplesLeaf } = this.limits;
    for (let i = node.start, at = 0; i < node.end; i++, at++) {
      const bin = column[rows[i]!]!;
      rowsInBin[bin]!++;
      histogram[bin * outputs + labels[at]!]! += draws[at]!;
    }
    left.fill(0);
    const count = node.end - node.start;
    let rowsLeft = 0;
    let onLeft = 0;
    let leftSquares = 0;
    let rightSquares = squares;
    let last = 0;
    // Bins are emptied as they are read, so that the next feature finds them empty.
    for (let bin = 0; rowsLeft < count; bin++) {
      if (rowsInBin[bin] === 0) continue;
      if (rowsLeft >= minSamplesLeaf && count - rowsLeft >= minSamplesLeaf) {
        const score = leftSquares / onLeft + rightSquares / (all - onLeft);
        if (score > this.score) {
          this.score = score;
          this.bin = halfWay(last, bin);
        }
      }
      for (let label = 0; label < outputs; label++) {
        const moved = histogram[bin * outputs + label]!;
        if (moved === 0) continue;
        histogram[bin * outputs + label] = 0;
        const already = left[label]!;
        leftSquares += moved * (2 * already + moved);
        rightSquares -= moved * (2 * (totals[label]! - already) - moved);
        left[label] = already + moved;
        onLeft += moved;
      }
      rowsLeft += rowsInBin[bin]!;
      rowsInBin[bin] = 0;
      last = bin;
    }
    return this.score > -Infinity;
  }

  private scanSorted(column: Uint8Array, node: GrowingNode, rows: Int32Array, all: number, squares: number): boolean {
    const { keys, labels, draws, left, totals } = this;
    const { minSamplesLeaf } = this.limits;
    const count = node.end - node.start;
    for (let at = 0; at < count; at++) {
      const key = (column[rows[node.start + at]!]! << 8) | at;
      let place = at;
      while (place > 0 && keys[place - 1]! > key) {
        keys[place] = keys[place - 1]!;
        place--;
      }
      keys[place] = key;
    }
    if (keys[0]! >> 8 === keys[count - 1]! >> 8) return false;
    left.fill(0);
    let onLeft = 0;
    let leftSquares = 0;
    let rightSquares = squares;
    for (let i = 0; i < count; i++) {
      const bin = keys[i]! >> 8;
      const last = i > 0 ? keys[i - 1]! >> 8 : bin;
      if (bin !== last && i >= minSamplesLeaf && count - i >= minSamplesLeaf) {
        const score = leftSquares / onLeft + rightSquares / (all - onLeft);
        if (score > this.score) {
          this.score = score;
          this.bin = halfWay(last, bin);
        }
      }
      const at = keys[i]! & 0xff;
      const label = labels[at]!;
      const moved = draws[at]!;
      const already = left[label]!;
      leftSquares += moved * (2 * already + moved);
      rightSquares -= moved * (2 * (totals[label]! - already) - moved);
      left[label] = already + moved;
      onLeft += moved;
    }
    return this.score > -Infinity;
  }
}
