import { type BinnedMatrix, MOST_BINS } from './binned-matrix.js';
import type { ListedColumns } from './bin-layouts.js';

/** What the trees of a forest are grown on. */
export interface GiniSample {
  binned: BinnedMatrix;
  /** The same bins as `[row * cols + col]`. */
  rowBins: Uint8Array;
  listed: ListedColumns;
  y: Int32Array;
  classes: number;
  /** Weight of each row: how often the bootstrap drew it, times the weight of its class. */
  weights: Float64Array;
}

/** From this many rows on, a node's rows are counted rather than sorted. */
const COUNTED_FROM = 2048;
/** Up to this share of all rows a node is read from the rows' side: of a column, each would lie in a cache line of its own. */
const READ_BY_ROW_UP_TO = 1 / 16;
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

  /** Rows outside the most frequent bin, `bin << 16 | position in the node`: first those of lower bins, ascending … */
  readonly keys = new Int32Array(COUNTED_FROM);
  below = 0;
  /** … then those of higher bins, the outermost at `higherFrom`, the others `higherStep` from one another until `higherTo`. */
  higherFrom = 0;
  higherTo = 0;
  higherStep = 1;

  private readonly unsorted = new Int32Array(COUNTED_FROM);
  private readonly places = new Int32Array(MOST_BINS + 1);
  private readonly starts: Uint32Array;
  private readonly readByRow: number;
  /** Position of each row in the node it was last in, counted on from node to node so that those of other nodes are told apart. */
  private readonly positions: Int32Array;
  private firstPosition = 0;
  private rows: Int32Array = new Int32Array(0);
  private start = 0;

  constructor(private readonly sample: GiniSample) {
    const { rows } = sample.binned;
    this.totals = new Float64Array(sample.classes);
    this.labels = new Int32Array(rows);
    this.weights = new Float64Array(rows);
    this.positions = new Int32Array(rows).fill(-1);
    this.readByRow = Math.min(rows * READ_BY_ROW_UP_TO, COUNTED_FROM);
    this.starts = new Uint32Array(this.readByRow);
  }

  enter(rows: Int32Array, start: number, end: number): void {
    const { y, weights: weightOf } = this.sample;
    const { totals, labels, weights, positions } = this;
    this.firstPosition += this.count;
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
      positions[row] = this.firstPosition + i;
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
      const bin = bins[column + rows[start + i]];
      if (bin === frequent) continue;
      rowsInBin[bin]++;
      histogram[bin * classes + labels[i]] += weights[i];
    }
  }

  /** Puts the rows outside bin `frequent` in order. */
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

  /** Of a column whose list is shorter than the node, the listed rows that are in the node; they come in order. */
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
    const { positions, firstPosition, count, keys } = this;
    const { rows, bins } = this.sample.listed;
    for (let at = from; at < to; at++) {
      const position = positions[rows[at]] - firstPosition;
      if (position < 0 || position >= count) continue;
      keys[found++] = (bins[at] << 16) | position;
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
      let place = i;
      while (place > 0 && keys[place - 1] > key) {
        keys[place] = keys[place - 1]!;
        place--;
      }
      keys[place] = key;
    }
  }

  private sortByCounting(found: number): void {
    const { unsorted, keys, places } = this;
    places.fill(0);
    for (let i = 0; i < found; i++) places[(unsorted[i] >> 16) + 1]++;
    for (let bin = 1; bin < MOST_BINS; bin++) places[bin] += places[bin - 1];
    for (let i = 0; i < found; i++) {
      const key = unsorted[i];
      keys[places[key >> 16]++] = key;
    }
  }
}
