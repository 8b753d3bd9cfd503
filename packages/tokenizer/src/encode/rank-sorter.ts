/**
 * Sorts the genes of one cell by value, largest first, ties by the smaller token.
 *
 * An implementation of rank value encoding spends most of its time sorting about 10³ numbers per cell. Values are never
 * negative, so the bits of their float32 rounding have the same order. Their distance from the largest, scaled to 22 bits, is
 * sorted by two counting passes of 11 bits (8 bits for cells with few genes, where long histograms cost too much). Genes with the
 * same key (values equal, or within one part in about 10⁵) are then sorted by exact comparison. If fewer genes are wanted than
 * there are, classes of the first digit that cannot reach the top are skipped before anything is moved.
 */

const WIDE_DIGIT = 11;
const NARROW_DIGIT = 8;
/** Number of entries from which wide digits are faster. */
const MANY = 1024;
/** Up to this many entries, comparing is faster than counting. */
const SMALL = 48;
/** Longest run of equal keys to sort by insertion; longer runs (a cell with many ties) are sorted by heap. */
const SHORT_RUN = 24;

/** Sorts the genes of cells, one cell at a time. */
export class RankSorter {
  private capacity = 0;
  private rounded = new Float32Array(0);
  private bits = new Int32Array(0);
  private keys = new Int32Array(0);
  private order = new Int32Array(0);
  private scratch = new Int32Array(0);
  private readonly high = new Int32Array(1 << WIDE_DIGIT);
  private readonly low = new Int32Array(1 << WIDE_DIGIT);

  private reserve(n: number): void {
    if (n <= this.capacity) return;
    this.capacity = Math.max(1024, 2 * n);
    this.rounded = new Float32Array(this.capacity);
    this.bits = new Int32Array(this.rounded.buffer);
    this.keys = new Int32Array(this.capacity);
    this.order = new Int32Array(this.capacity);
    this.scratch = new Int32Array(this.capacity);
  }

  /**
   * Returns the positions 0 … n−1 by descending value, then ascending token. Only the first `min(n, limit)` are meaningful,
   * and only until the next call.
   *
   * @param values neither negative nor NaN
   */
  sort(values: Float64Array, tokens: Int32Array, n: number, limit: number): Int32Array {
    this.reserve(n);
    const { order } = this;
    if (n <= SMALL) {
      for (let i = 0; i < n; i++) order[i] = i;
      sortRun(order, 0, n, values, tokens);
      return order;
    }
    const kept = this.distribute(values, n, limit);
    const { keys } = this;
    for (let start = 0; start < kept && start < limit;) {
      const key = keys[order[start]];
      let end = start + 1;
      while (end < kept && keys[order[end]] === key) end++;
      if (end > start + 1) sortRun(order, start, end, values, tokens);
      start = end;
    }
    return order;
  }

  /** Fills `keys`, and fills `order` with the positions that can reach the top `limit`, by ascending key. Returns their number. */
  private distribute(values: Float64Array, n: number, limit: number): number {
    const { rounded, bits, keys, order, scratch, high, low } = this;
    const digitBits = n < MANY ? NARROW_DIGIT : WIDE_DIGIT;
    const digits = 1 << digitBits;
    const lowMask = digits - 1;
    let largest = 0;
    let smallest = 0x7fffffff;
    for (let i = 0; i < n; i++) {
      rounded[i] = values[i]!;
      const b = bits[i];
      if (b > largest) largest = b;
      if (b < smallest) smallest = b;
    }
    const shift = Math.max(0, 32 - Math.clz32(largest - smallest) - 2 * digitBits);

    high.fill(0, 0, digits);
    for (let i = 0; i < n; i++) {
      const key = (largest - bits[i]) >>> shift;
      keys[i] = key;
      high[key >>> digitBits]++;
    }
    // Afterwards high[d] is the start of class d, and classes up to `last` are needed.
    let last = digits - 1;
    let kept = 0;
    for (let d = 0; d < digits; d++) {
      const count = high[d];
      high[d] = kept;
      kept += count;
      if (kept >= limit && count > 0) {
        last = d;
        break;
      }
    }

    low.fill(0, 0, digits);
    for (let i = 0; i < n; i++) {
      const key = keys[i];
      if (key >>> digitBits <= last) low[key & lowMask]++;
    }
    let sum = 0;
    for (let d = 0; d < digits; d++) {
      const count = low[d];
      low[d] = sum;
      sum += count;
    }
    for (let i = 0; i < n; i++) {
      const key = keys[i];
      if (key >>> digitBits <= last) scratch[low[key & lowMask]++] = i;
    }
    for (let j = 0; j < kept; j++) {
      const i = scratch[j];
      order[high[keys[i] >>> digitBits]++] = i;
    }
    return kept;
  }
}

/** Sorts order[start … end) by exact comparison. */
function sortRun(order: Int32Array, start: number, end: number, values: Float64Array, tokens: Int32Array): void {
  if (end - start > SHORT_RUN) {
    // The counting passes are stable: if columns are in token order, ties are already sorted.
    let i = start + 1;
    while (i < end && isBefore(values[order[i - 1]], tokens[order[i - 1]], values[order[i]], tokens[order[i]])) i++;
    if (i === end) return;
    heapSort(order, start, end - start, values, tokens);
    return;
  }
  for (let i = start + 1; i < end; i++) {
    const candidate = order[i];
    const value = values[candidate];
    const token = tokens[candidate];
    let j = i - 1;
    for (; j >= start; j--) {
      const other = order[j];
      if (values[other] > value || (values[other] === value && tokens[other] < token)) break;
      order[j + 1] = other;
    }
    order[j + 1] = candidate;
  }
}

/** Sorts in place in O(n log n), also for a cell whose genes all have the same value. */
function heapSort(order: Int32Array, start: number, n: number, values: Float64Array, tokens: Int32Array): void {
  for (let root = (n >>> 1) - 1; root >= 0; root--) siftDown(order, start, root, n, values, tokens);
  for (let end = n - 1; end > 0; end--) {
    const largest = order[start];
    order[start] = order[start + end]!;
    order[start + end] = largest;
    siftDown(order, start, 0, end, values, tokens);
  }
}

function siftDown(
  order: Int32Array,
  start: number,
  root: number,
  n: number,
  values: Float64Array,
  tokens: Int32Array,
): void {
  const item = order[start + root];
  const value = values[item];
  const token = tokens[item];
  let hole = root;
  for (let child = 2 * hole + 1; child < n; child = 2 * hole + 1) {
    let next = order[start + child];
    if (child + 1 < n) {
      const right = order[start + child + 1];
      if (isBefore(values[next], tokens[next], values[right], tokens[right])) {
        next = right;
        child++;
      }
    }
    if (!isBefore(value, token, values[next], tokens[next])) break;
    order[start + hole] = next;
    hole = child;
  }
  order[start + hole] = item;
}

function isBefore(valueA: number, tokenA: number, valueB: number, tokenB: number): boolean {
  return valueA > valueB || (valueA === valueB && tokenA < tokenB);
}
