import { MAX_BINS } from './binned-matrix.js';
import { type GiniSample, NodeRows } from './node-rows.js';

/**
 * Finds the best split of one node by one column.
 *
 * The decrease in Gini impurity is largest where the sum over both sides of (Σ squared class weights) / weight is largest; this sum is
 * the score. Rows outside the column's most frequent bin move from one side to the other in the order of their bins, from the outermost
 * inwards; rows of the most frequent bin, which are the zeros of a gene, never move. Few rows are sorted, many rows are counted in a
 * histogram.
 */
export class GiniScan {
  readonly node: NodeRows;
  /** Score of the best split of the last column. */
  score = -Infinity;
  /** Highest bin on the left of the best split. */
  bin = 0;
  /** Lowest bin on the right of the best split. */
  next = 0;

  /** Weight of each class in each bin; all 0 between scans. */
  private readonly histogram: Float64Array;
  private readonly rowsInBin = new Int32Array(MAX_BINS);
  /** Weight of each class on the side that rows are moved to. */
  private readonly side: Float64Array;

  constructor(
    private readonly sample: GiniSample,
    private readonly minSamplesLeaf: number,
  ) {
    this.node = new NodeRows(sample);
    this.histogram = new Float64Array(MAX_BINS * sample.classes);
    this.side = new Float64Array(sample.classes);
  }

  /** Score of the node without a split. */
  get before(): number {
    return this.node.squares / this.node.all;
  }

  /** Sets `score`, `bin` and `next`; returns false when the column is constant in the node or no split keeps the limits. */
  scan(feature: number): boolean {
    const { binned } = this.sample;
    const frequent = binned.frequent[feature];
    this.score = -Infinity;
    if (this.node.isCounted) {
      this.node.countOutside(feature, frequent, this.histogram, this.rowsInBin);
      this.moveBins(0, frequent, 1);
      this.moveBins(binned.counts[feature] - 1, frequent, -1);
    } else {
      this.node.sortOutside(feature, frequent);
      const { below, higherFrom, higherTo, higherStep } = this.node;
      if (below > 0) this.moveRows(0, below, 1, frequent);
      if (higherFrom !== higherTo) this.moveRows(higherFrom, higherTo, higherStep, frequent);
    }
    return this.score > -Infinity;
  }

  /** Moves sorted rows one by one and tries the split between every two bins, and the one before bin `inner`. */
  private moveRows(from: number, to: number, step: number, inner: number): void {
    const { side } = this;
    const { keys, labels, weights, totals, all, count, squares } = this.node;
    const least = this.minSamplesLeaf;
    side.fill(0);
    let moved = 0;
    let onSide = 0;
    let sideSquares = 0;
    let restSquares = squares;
    let last = keys[from] >> 16;
    for (let at = from; at !== to; at += step) {
      const key = keys[at];
      const bin = key >> 16;
      if (bin !== last) {
        if (moved >= least && count - moved >= least) {
          const score = sideSquares / onSide + restSquares / (all - onSide);
          if (score > this.score) this.accept(score, last, bin);
        }
        last = bin;
      }
      const row = key & 0xffff;
      const label = labels[row];
      const weight = weights[row];
      const already = side[label];
      sideSquares += weight * (2 * already + weight);
      restSquares -= weight * (2 * (totals[label] - already) - weight);
      side[label] = already + weight;
      onSide += weight;
      moved++;
    }
    if (moved < least || count - moved < least) return;
    const score = sideSquares / onSide + restSquares / (all - onSide);
    if (score > this.score) this.accept(score, last, inner);
  }

  /** Moves bins one by one, sets them to 0, and tries the split between every two bins with rows. */
  private moveBins(from: number, inner: number, step: number): void {
    const { histogram, rowsInBin, side } = this;
    const { totals, all, count, squares } = this.node;
    const { classes } = this.sample;
    const least = this.minSamplesLeaf;
    side.fill(0);
    let moved = 0;
    let onSide = 0;
    let sideSquares = 0;
    let restSquares = squares;
    let last = from;
    // The rows of bin `inner` do not move.
    for (let bin = from; bin !== inner + step; bin += step) {
      if (rowsInBin[bin] === 0 && bin !== inner) continue;
      if (moved >= least && count - moved >= least) {
        const score = sideSquares / onSide + restSquares / (all - onSide);
        if (score > this.score) this.accept(score, last, bin);
      }
      if (bin === inner) return;
      for (let at = bin * classes, label = 0; label < classes; at++, label++) {
        const weight = histogram[at];
        if (weight === 0) continue;
        histogram[at] = 0;
        const already = side[label];
        sideSquares += weight * (2 * already + weight);
        restSquares -= weight * (2 * (totals[label] - already) - weight);
        side[label] = already + weight;
        onSide += weight;
      }
      moved += rowsInBin[bin];
      rowsInBin[bin] = 0;
      last = bin;
    }
  }

  private accept(score: number, one: number, other: number): void {
    this.score = score;
    this.bin = Math.min(one, other);
    this.next = Math.max(one, other);
  }
}
