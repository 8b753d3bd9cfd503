import type { Xoshiro128 } from '@geneformer-ts/core';

/**
 * Draws indices in proportion to fixed weights in constant time (alias method, Walker 1977; construction of Vose 1991).
 */
export class AliasTable {
  private readonly keep: Float64Array;
  private readonly other: Int32Array;

  /** @param weights at least one, none negative, not all zero */
  constructor(weights: ArrayLike<number>) {
    const n = weights.length;
    this.keep = new Float64Array(n);
    this.other = new Int32Array(n);
    let total = 0;
    for (let i = 0; i < n; i++) total += weights[i];
    const small: number[] = [];
    const large: number[] = [];
    for (let i = 0; i < n; i++) {
      this.keep[i] = (weights[i] * n) / total;
      (this.keep[i] < 1 ? small : large).push(i);
    }
    while (small.length && large.length) {
      const poor = small.pop()!;
      const rich = large[large.length - 1];
      this.other[poor] = rich;
      this.keep[rich] = this.keep[rich] + this.keep[poor] - 1;
      if (this.keep[rich] < 1) small.push(large.pop()!);
    }
    // The remaining columns are full, up to rounding.
    for (const i of small) this.keep[i] = 1;
    for (const i of large) this.keep[i] = 1;
  }

  draw(random: Xoshiro128): number {
    const at = random.uniform() * this.keep.length;
    const index = Math.floor(at);
    return at - index < this.keep[index] ? index : this.other[index];
  }
}
