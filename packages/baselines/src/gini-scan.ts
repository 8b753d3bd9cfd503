import { MOST_BINS, type BinnedMatrix } from './bins.js';
import type { GrowingNode } from './grow-tree.js';
import type { ListedColumn, TreeColumn } from './listed-columns.js';

/** What a tree is grown on. */
export interface GiniSample {
  y: Int32Array;
  classes: number;
  /** Weight of each row: how often the bootstrap drew it, times the weight of its class. */
  weights: Float64Array;
}

/** Up to this many rows are put in order by insertion; reading a whole histogram would cost more. */
const SORTED_UP_TO = 40;

/** Largest node whose rows fit into the low byte of a key. */
const KEYED_UP_TO = 256;

/**
 * Best split of one node by one column.
 *
 * Gini impurity falls most where the sum over both sides of (Σ squared class weights) / weight is largest: that sum is the score. Rows
 * are moved from one side to the other in the order of their bins; of a listed column only the listed rows are moved,
 * from the outside inwards.
 */
export class GiniScan {
  /** Weight of each class in the node, their sum and the sum of their squares. */
  readonly totals: Float64Array;
  all = 0;
  private squares = 0;
  /** Best split of the column last scanned: its score, highest bin on the left, lowest bin on the right. */
  score = -Infinity;
  bin = 0;
  next = 0;

  private node: GrowingNode = { id: -1, start: 0, end: 0, feature: -1, bin: 0, next: 0, gain: 0 };
  private rows: Int32Array = new Int32Array(0);
  private readonly side: Float64Array;
  /** Rows to move and their bins, in order. */
  private readonly movedRows: Int32Array;
  private readonly movedBins: Uint8Array;
  private readonly keys = new Int32Array(KEYED_UP_TO);
  /** Weight of each class in each bin, and rows in each bin; all 0 between scans. */
  private readonly histogram: Float64Array;
  private readonly rowsInBin = new Int32Array(MOST_BINS);

  /** @param nodeOf node of each row of the frontier */
  constructor(
    private readonly binned: BinnedMatrix,
    private readonly sample: GiniSample,
    private readonly nodeOf: Int32Array,
    private readonly minSamplesLeaf: number,
  ) {
    this.totals = new Float64Array(sample.classes);
    this.side = new Float64Array(sample.classes);
    this.movedRows = new Int32Array(binned.rows);
    this.movedBins = new Uint8Array(binned.rows);
    this.histogram = new Float64Array(MOST_BINS * sample.classes);
  }

  enter(node: GrowingNode, rows: Int32Array): void {
    const { y, weights } = this.sample;
    this.node = node;
    this.rows = rows;
    this.totals.fill(0);
    for (let i = node.start; i < node.end; i++) this.totals[y[rows[i]!]!]! += weights[rows[i]!]!;
    this.all = 0;
    this.squares = 0;
    for (const total of this.totals) {
      this.all += total;
      this.squares += total * total;
    }
  }

  get isPure(): boolean {
    return this.totals.some((total) => total === this.all);
  }

  /** What the node itself scores. */
  get before(): number {
    return this.squares / this.all;
  }

  /** Sets `score`, `bin` and `next`; false when the column has no split, because it does not vary in the node or by the limits. */
  scan(feature: number, column: TreeColumn): boolean {
    this.score = -Infinity;
    const start = feature * this.binned.rows;
    const count = this.node.end - this.node.start;
    if (column.rows) {
      this.scanListed(column, start, count);
    } else if (count <= SORTED_UP_TO) {
      this.sortRows(start, -1);
      this.moveAll(0, count, -1);
    } else {
      this.fillHistogram(start);
      this.scanHistogram(count);
    }
    return this.score > -Infinity;
  }

  private scanListed(column: ListedColumn, start: number, count: number): void {
    // Of a node smaller than the list, fewer rows are outside the most frequent bin than it takes to be slow to sort.
    const few = count <= Math.min(column.rows.length, KEYED_UP_TO);
    const moved = few ? this.sortRows(start, column.implied) : this.pickListed(column);
    if (moved === 0) return;
    let below = 0;
    while (below < moved && this.movedBins[below]! < column.implied) below++;
    if (below > 0) this.moveAll(0, below, column.implied);
    if (below < moved) this.moveAll(below, moved, column.implied);
  }

  /** The column's listed rows that are in the node, outermost first on each side. */
  private pickListed({ rows, bin }: ListedColumn): number {
    const { nodeOf, movedRows, movedBins } = this;
    const { id } = this.node;
    let moved = 0;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      if (nodeOf[row] !== id) continue;
      movedRows[moved] = row;
      movedBins[moved++] = bin[i]!;
    }
    return moved;
  }

  /** The node's rows outside bin `but`, outermost first on each side of it; for nodes of few rows. */
  private sortRows(start: number, but: number): number {
    const { keys, rows, movedRows, movedBins } = this;
    const { bins } = this.binned;
    const first = this.node.start;
    let moved = 0;
    for (let i = first; i < this.node.end; i++) {
      const bin = bins[start + rows[i]!]!;
      if (bin === but) continue;
      const key = (bin << 8) | (i - first);
      let place = moved++;
      while (place > 0 && keys[place - 1]! > key) {
        keys[place] = keys[place - 1]!;
        place--;
      }
      keys[place] = key;
    }
    let below = 0;
    while (below < moved && keys[below]! >> 8 < but) below++;
    for (let i = 0; i < moved; i++) {
      const key = keys[i < below ? i : moved - 1 - (i - below)]!;
      movedRows[i] = rows[first + (key & 0xff)]!;
      movedBins[i] = key >> 8;
    }
    return moved;
  }

  /** Moves rows over one after the other and offers the split between every two bins, and before bin `inner` at the end. */
  private moveAll(from: number, to: number, inner: number): void {
    const { movedRows, movedBins, side, totals, all } = this;
    const { y, weights } = this.sample;
    const least = this.minSamplesLeaf;
    const count = this.node.end - this.node.start;
    side.fill(0);
    let onSide = 0;
    let sideSquares = 0;
    let restSquares = this.squares;
    let last = movedBins[from]!;
    for (let i = from; i < to; i++) {
      const bin = movedBins[i]!;
      if (bin !== last) {
        const moved = i - from;
        if (moved >= least && count - moved >= least) {
          this.offer(sideSquares / onSide + restSquares / (all - onSide), last, bin);
        }
        last = bin;
      }
      const row = movedRows[i]!;
      const label = y[row]!;
      const weight = weights[row]!;
      const already = side[label]!;
      sideSquares += weight * (2 * already + weight);
      restSquares -= weight * (2 * (totals[label]! - already) - weight);
      side[label] = already + weight;
      onSide += weight;
    }
    const moved = to - from;
    if (inner < 0 || moved < least || count - moved < least) return;
    this.offer(sideSquares / onSide + restSquares / (all - onSide), last, inner);
  }

  private fillHistogram(start: number): void {
    const { histogram, rowsInBin, rows } = this;
    const { y, weights, classes } = this.sample;
    const { bins } = this.binned;
    for (let i = this.node.start; i < this.node.end; i++) {
      const row = rows[i]!;
      const bin = bins[start + row]!;
      rowsInBin[bin]!++;
      histogram[bin * classes + y[row]!]! += weights[row]!;
    }
  }

  /** Moves bins over one after the other, emptying them, and offers the split between every two that hold rows. */
  private scanHistogram(count: number): void {
    const { histogram, rowsInBin, side, totals, all } = this;
    const { classes } = this.sample;
    const least = this.minSamplesLeaf;
    side.fill(0);
    let moved = 0;
    let onSide = 0;
    let sideSquares = 0;
    let restSquares = this.squares;
    let last = 0;
    for (let bin = 0; moved < count; bin++) {
      const inBin = rowsInBin[bin]!;
      if (inBin === 0) continue;
      if (moved >= least && count - moved >= least) {
        this.offer(sideSquares / onSide + restSquares / (all - onSide), last, bin);
      }
      for (let at = bin * classes, label = 0; label < classes; at++, label++) {
        const weight = histogram[at]!;
        if (weight === 0) continue;
        histogram[at] = 0;
        const already = side[label]!;
        sideSquares += weight * (2 * already + weight);
        restSquares -= weight * (2 * (totals[label]! - already) - weight);
        side[label] = already + weight;
        onSide += weight;
      }
      moved += inBin;
      rowsInBin[bin] = 0;
      last = bin;
    }
  }

  private offer(score: number, one: number, other: number): void {
    if (score <= this.score) return;
    this.score = score;
    this.bin = Math.min(one, other);
    this.next = Math.max(one, other);
  }
}
