import { type BinnedMatrix, MAX_BINS } from './binned-matrix.js';
import type { ListedColumns } from './bin-layouts.js';

/** Training data of a tree of a forest. */
export interface GiniSample {
  binned: BinnedMatrix;
  /** Row-major copy of the bins, `[row * cols + col]`. */
  rowBins: Uint8Array;
  listed: ListedColumns;
  y: Int32Array;
  classes: number;
  /** Weight of each row: number of draws by the bootstrap times the weight of its class. */
  weights: Float64Array;
}

/** Minimum number of rows of a node whose rows are counted in a histogram; fewer rows are sorted. */
const COUNTED_FROM = 2048;
/** Maximum share of rows of a node that reads row-major bins; in column-major bins its rows would be on different cache lines. */
const READ_BY_ROW_UP_TO = 1 / 16;
/** Maximum number of rows for insertion sort. */
const INSERTED_UP_TO = 24;

/** Rows of the node that is being split, with copies of their labels and weights. */
export class NodeRows {
  count = 0;
  /** Weight of each class in the node. */
  readonly totals: Float64Array;
  /** Sum of `totals`. */
  all = 0;
  /** Sum of the squares of `totals`. */
  squares = 0;
  readonly labels: Int32Array;
  readonly weights: Float64Array;

  /** Rows outside the most frequent bin, `bin << 16 | index in the node`: first the lower bins, ascending, then the higher bins. */
  readonly keys = new Int32Array(COUNTED_FROM);
  /** Number of rows in lower bins. */
  below = 0;
  /** The rows of higher bins, from the outermost inwards, are at `higherFrom`, `higherFrom + higherStep`, … up to `higherTo`, exclusive. */
  higherFrom = 0;
  higherTo = 0;
  higherStep = 1;

  private readonly unsorted = new Int32Array(COUNTED_FROM);
  private readonly offsets = new Int32Array(MAX_BINS + 1);
  private readonly starts: Uint32Array;
  private readonly readByRow: number;
  /** Index of each row in its last node plus that node's `firstIndex`, which increases per node, so that old indices are recognized. */
  private readonly indices: Int32Array;
  private firstIndex = 0;
  private rows: Int32Array = new Int32Array(0);
  private start = 0;

  constructor(private readonly sample: GiniSample) {
    const { rows } = sample.binned;
    this.totals = new Float64Array(sample.classes);
    this.labels = new Int32Array(rows);
    this.weights = new Float64Array(rows);
    this.indices = new Int32Array(rows).fill(-1);
    this.readByRow = Math.min(rows * READ_BY_ROW_UP_TO, COUNTED_FROM);
    this.starts = new Uint32Array(this.readByRow);
  }

  /** Sets the node to the rows `rows[start] … rows[end - 1]`. */
  enter(rows: Int32Array, start: number, end: number): void {
    const { y, weights: weightOf } = this.sample;
    const { totals, labels, weights, indices } = this;
    this.firstIndex += this.count;
    this.rows = rows;
    this.start = start;
    this.count = end - start;
    totals.fill(0);
    for (let i = 0; i < this.count; i++) {
      const row = rows[start + i];
      const label = y[row];
      const weight = weightOf[row];
      labels[i] = label;
      weights[i] = weight;
      indices[row] = this.firstIndex + i;
      totals[label] += weight;
    }
    this.all = 0;
    this.squares = 0;
    for (let label = 0; label < totals.length; label++) {
      this.all += totals[label];
      this.squares += totals[label] * totals[label];
    }
    if (this.count > this.readByRow) return;
    const { cols } = this.sample.binned;
    for (let i = 0; i < this.count; i++) this.starts[i] = rows[start + i] * cols;
  }

  /** Whether all rows have the same class. */
  get isPure(): boolean {
    return this.totals.some((total) => total === this.all);
  }

  /** Whether the rows are counted in a histogram rather than sorted. */
  get isCounted(): boolean {
    return this.count >= COUNTED_FROM;
  }

  /** Adds the rows outside bin `frequent` to a histogram: the weight of each class in each bin, and the number of rows in each bin. */
  countOutside(feature: number, frequent: number, histogram: Float64Array, rowsInBin: Int32Array): void {
    const { rows, start, count, labels, weights } = this;
    const { binned, classes } = this.sample;
    const { bins } = binned;
    const column = feature * binned.rows;
    for (let i = 0; i < count; i++) {
      const bin = bins[column + rows[start + i]];
      if (bin === frequent) continue;
      rowsInBin[bin]++;
      histogram[bin * classes + labels[i]] += weights[i];
    }
  }

  /** Sorts the rows outside bin `frequent` by bin into `keys`. */
  sortOutside(feature: number, frequent: number): void {
    const { offsets } = this.sample.listed;
    const listed = offsets[feature + 1] - offsets[feature];
    if (listed > 0 && listed < this.count) this.pickListed(feature);
    else {
      const found =
        this.count <= this.readByRow ? this.gatherByRow(feature, frequent) : this.gatherByColumn(feature, frequent);
      if (found > INSERTED_UP_TO) this.sortByCounting(found);
      else this.sortByInsertion(found);
      const { keys } = this;
      let below = 0;
      while (below < found && keys[below] >> 16 < frequent) below++;
      this.below = below;
      this.higherFrom = found - 1;
      this.higherTo = below - 1;
      this.higherStep = -1;
    }
  }

  /** Selects the listed rows that are in the node, for a column whose list is shorter than the node; they are already sorted. */
  private pickListed(feature: number): void {
    const { listed } = this.sample;
    const first = listed.offsets[feature];
    const middle = first + listed.below[feature];
    this.below = middle > first ? this.pick(first, middle, 0) : 0;
    this.higherFrom = this.below;
    this.higherTo = this.pick(middle, listed.offsets[feature + 1], this.below);
    this.higherStep = 1;
  }

  private pick(from: number, to: number, found: number): number {
    const { indices, firstIndex, count, keys } = this;
    const { rows, bins } = this.sample.listed;
    for (let at = from; at < to; at++) {
      const index = indices[rows[at]] - firstIndex;
      if (index < 0 || index >= count) continue;
      keys[found++] = (bins[at] << 16) | index;
    }
    return found;
  }

  private gatherByRow(feature: number, frequent: number): number {
    const { unsorted, starts, count } = this;
    const { rowBins } = this.sample;
    let found = 0;
    for (let i = 0; i < count; i++) {
      const bin = rowBins[starts[i] + feature];
      unsorted[found] = (bin << 16) | i;
      // Adds 1 for another bin without a branch, because the processor would often predict it wrongly.
      found += -(bin ^ frequent) >>> 31;
    }
    return found;
  }

  private gatherByColumn(feature: number, frequent: number): number {
    const { unsorted, rows, start, count } = this;
    const { bins, rows: all } = this.sample.binned;
    const column = feature * all;
    let found = 0;
    for (let i = 0; i < count; i++) {
      const bin = bins[column + rows[start + i]];
      unsorted[found] = (bin << 16) | i;
      found += -(bin ^ frequent) >>> 31;
    }
    return found;
  }

  private sortByInsertion(found: number): void {
    const { unsorted, keys } = this;
    for (let i = 0; i < found; i++) {
      const key = unsorted[i];
      let to = i;
      while (to > 0 && keys[to - 1] > key) {
        keys[to] = keys[to - 1]!;
        to--;
      }
      keys[to] = key;
    }
  }

  private sortByCounting(found: number): void {
    const { unsorted, keys, offsets } = this;
    offsets.fill(0);
    for (let i = 0; i < found; i++) offsets[(unsorted[i] >> 16) + 1]++;
    for (let bin = 1; bin < MAX_BINS; bin++) offsets[bin] += offsets[bin - 1];
    for (let i = 0; i < found; i++) {
      const key = unsorted[i];
      keys[offsets[key >> 16]++] = key;
    }
  }
}
