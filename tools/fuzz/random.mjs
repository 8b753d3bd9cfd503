/** A seeded generator of 32-bit integers (splitmix32): the same seed, the same file, everywhere. */
export class Random {
  constructor(seed) {
    this.state = Math.imul(seed, 0x9e3779b9) >>> 0;
  }

  next() {
    this.state = (this.state + 0x9e3779b9) >>> 0;
    let z = this.state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  }

  /** A whole number from 0 to below `limit`. */
  below(limit) {
    return limit > 0 ? this.next() % limit : 0;
  }

  pick(items) {
    return items[this.below(items.length)];
  }
}
