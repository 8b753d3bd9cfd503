const BYTES = 4;

/**
 * Sorts single-precision numbers byte by byte, lowest byte first, and remembers where each came from. Several times faster than a
 * comparing sort, and the bins of the values then follow from their order instead of a search for each.
 */
export class FloatSorter {
  /** The sorted values; NaN comes last. */
  values: Float32Array;
  /** Position that each sorted value had. */
  order: Int32Array;
  private keys: Uint32Array;
  private nextKeys: Uint32Array;
  private nextOrder: Int32Array;
  private readonly counts = new Int32Array(256 * BYTES);

  /** @param most the largest number of values there will be */
  constructor(most: number) {
    this.values = new Float32Array(most);
    this.keys = new Uint32Array(most);
    this.nextKeys = new Uint32Array(most);
    this.order = new Int32Array(most);
    this.nextOrder = new Int32Array(most);
  }

  sort(source: Float32Array): void {
    const length = source.length;
    const bits = new Uint32Array(this.values.buffer);
    this.values.set(source);
    this.countBytes(bits, length);
    for (let byte = 0; byte < BYTES; byte++) this.passOver(byte, length);
    for (let i = 0; i < length; i++) {
      const key = this.keys[i];
      bits[i] = key & 0x8000_0000 ? key ^ 0x8000_0000 : ~key;
    }
  }

  /** Turns the bits into whole numbers of the same order: negative numbers upside down, the others above them. */
  private countBytes(bits: Uint32Array, length: number): void {
    const { keys, order, counts } = this;
    counts.fill(0);
    for (let i = 0; i < length; i++) {
      const raw = bits[i];
      const key = (raw & 0x8000_0000 ? ~raw : raw ^ 0x8000_0000) >>> 0;
      keys[i] = key;
      order[i] = i;
      counts[key & 0xff]++;
      counts[256 + ((key >>> 8) & 0xff)]++;
      counts[512 + ((key >>> 16) & 0xff)]++;
      counts[768 + (key >>> 24)]++;
    }
  }

  private passOver(byte: number, length: number): void {
    const { keys, order, nextKeys, nextOrder, counts } = this;
    const shift = 8 * byte;
    const first = 256 * byte;
    // All values alike in this byte, as exponents of counts are: nothing would move.
    if (length === 0 || counts[first + ((keys[0] >>> shift) & 0xff)] === length) return;
    let place = 0;
    for (let b = first; b < first + 256; b++) {
      const count = counts[b];
      counts[b] = place;
      place += count;
    }
    for (let i = 0; i < length; i++) {
      const key = keys[i];
      const to = counts[first + ((key >>> shift) & 0xff)]++;
      nextKeys[to] = key;
      nextOrder[to] = order[i]!;
    }
    this.keys = nextKeys;
    this.nextKeys = keys;
    this.order = nextOrder;
    this.nextOrder = order;
  }
}
