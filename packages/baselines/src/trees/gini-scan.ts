import { MOST_BINS } from './binned-matrix.js';
import { type GiniSample, NodeRows } from './node-rows.js';

/**
 * Best split of one node by one column.
 *
 * Gini impurity falls most where the sum over both sides of (Σ squared class weights) / weight is largest: that sum is the score. Rows
 * outside the column's most frequent bin are moved from one side to the other in the order of their bins, from the outside inwards;
 * those of the most frequent bin, the zeros of a gene, never are. A node of few rows has its rows sorted, one of many is
 * counted into a histogram.
 */
export class GiniScan {
  readonly node: NodeRows;
  /** Best split of the column last scanned: its score, highest bin on the left, lowest bin on the right. */
  score = -Infinity;
  bin = 0;
  next = 0;

  /** Weight of each class in each bin, and rows in each bin; all 0 between scans. */
  private readonly histogram: Float64Array;
  private readonly rowsInBin = new Int32Array(MOST_BINS);
  /** Weight of each class on the side that rows are moved to. */
  private readonly side: Float64Array;

  constructor(
    private readonly sample: GiniSample,
    private readonly minSamplesLeaf: number,
  ) {
    this.node = new NodeRows(sample);
    this.histogram = new Float64Array(MOST_BINS * sample.classes);
    this.side = new Float64Array(sample.classes);
  }

  /** What the node itself scores. */
  get before(): number {
    return this.node.squares / this.node.all;
  }

  /** Sets `score`, `bin` and `next`; false when the column has no split, because it does not vary in the node or by the limits. */
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

  /** Moves sorted rows over one after the other and offers the split between every two bins, and the one before bin `inner`. */
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

  /** Moves bins over one after the other, emptying them, and offers the split between every two that hold rows. */
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
    // The bin `inner` is not moved; it stands for what is left.
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
