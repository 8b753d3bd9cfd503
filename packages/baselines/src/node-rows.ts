import { MOST_BINS } from './bins.js';
import type { GiniSample } from './gini-sample.js';

/** From this many rows on, a node's rows are counted rather than sorted. */
const COUNTED_FROM = 2048;
/** Up to this many rows are read from the rows' side, where a node's rows keep a tree's deeper nodes in the cache. */
const READ_BY_ROW_UP_TO = 1024;
/** Up to this many rows are put in order by insertion. */
const INSERTED_UP_TO = 24;

/** The rows of the node that is being split, with what every column's scan needs of them side by side. */
export class NodeRows {
  count = 0;
  /** Weight of each class in the node, their sum and the sum of their squares. */
  readonly totals: Float64Array;
  all = 0;
  squares = 0;
  readonly labels: Int32Array;
  readonly weights: Float64Array;
  /** What {@link sortOutside} found: `bin << 16 | position in the node`, ascending by bin. */
  readonly keys = new Int32Array(COUNTED_FROM);
  private readonly unsorted = new Int32Array(COUNTED_FROM);
  private readonly places = new Int32Array(MOST_BINS + 1);
  private readonly starts: Uint32Array;
  private rows: Int32Array = new Int32Array(0);
  private start = 0;

  constructor(private readonly sample: GiniSample) {
    const { rows } = sample.binned;
    this.totals = new Float64Array(sample.classes);
    this.labels = new Int32Array(rows);
    this.weights = new Float64Array(rows);
    this.starts = new Uint32Array(Math.min(rows, READ_BY_ROW_UP_TO));
  }

  enter(rows: Int32Array, start: number, end: number): void {
    const { y, weights, binned } = this.sample;
    const { totals, labels } = this;
    this.rows = rows;
    this.start = start;
    this.count = end - start;
    totals.fill(0);
    for (let i = 0; i < this.count; i++) {
      const row = rows[start + i]!;
      const label = y[row]!;
      labels[i] = label;
      totals[label]! += this.weights[i] = weights[row]!;
    }
    this.all = 0;
    this.squares = 0;
    for (const total of totals) {
      this.all += total;
      this.squares += total * total;
    }
    if (this.count > READ_BY_ROW_UP_TO) return;
    for (let i = 0; i < this.count; i++) this.starts[i] = rows[start + i]! * binned.cols;
  }

  get isPure(): boolean {
    return this.totals.some((total) => total === this.all);
  }

  get isCounted(): boolean {
    return this.count >= COUNTED_FROM;
  }

  /** Adds the rows outside bin `frequent` to a histogram: weight of each class in each bin, and rows in each bin. */
  countOutside(feature: number, frequent: number, histogram: Float64Array, rowsInBin: Int32Array): void {
    const { rows, start, count, labels, weights } = this;
    const { binned, classes } = this.sample;
    const { bins } = binned;
    const column = feature * binned.rows;
    for (let i = 0; i < count; i++) {
      const bin = bins[column + rows[start + i]!]!;
      if (bin === frequent) continue;
      rowsInBin[bin]!++;
      histogram[bin * classes + labels[i]!]! += weights[i]!;
    }
  }

  /** Puts the rows outside bin `frequent` in order and returns how many there are. */
  sortOutside(feature: number, frequent: number): number {
    const { unsorted, keys } = this;
    const found = this.count <= READ_BY_ROW_UP_TO ? this.gatherByRow(feature, frequent) : this.gatherByColumn(feature, frequent);
    if (found > INSERTED_UP_TO) {
      this.sortByCounting(found);
      return found;
    }
    for (let i = 0; i < found; i++) {
      const key = unsorted[i]!;
      let place = i;
      while (place > 0 && keys[place - 1]! > key) {
        keys[place] = keys[place - 1]!;
        place--;
      }
      keys[place] = key;
    }
    return found;
  }

  private gatherByRow(feature: number, frequent: number): number {
    const { unsorted, starts, count } = this;
    const { rowBins } = this.sample;
    let found = 0;
    for (let i = 0; i < count; i++) {
      const bin = rowBins[starts[i]! + feature]!;
      unsorted[found] = (bin << 16) | i;
      // 1 for another bin, without a branch that a processor would guess wrong every few rows.
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
      const bin = bins[column + rows[start + i]!]!;
      unsorted[found] = (bin << 16) | i;
      // 1 for another bin, without a branch that a processor would guess wrong every few rows.
      found += -(bin ^ frequent) >>> 31;
    }
    return found;
  }

  private sortByCounting(found: number): void {
    const { unsorted, keys, places } = this;
    places.fill(0);
    for (let i = 0; i < found; i++) places[(unsorted[i]! >> 16) + 1]!++;
    for (let bin = 1; bin < MOST_BINS; bin++) places[bin]! += places[bin - 1]!;
    for (let i = 0; i < found; i++) {
      const key = unsorted[i]!;
      keys[places[key >> 16]!++] = key;
    }
  }
}
