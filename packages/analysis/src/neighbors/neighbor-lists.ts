import type { Points } from '../sparse-rows.js';
import { farthest, type Neighbors } from './neighbors.js';

/** The nearest rows found so far for each row, kept sorted by distance. A row is not in its own list. */
export class NeighborLists {
  private readonly indices: Int32Array;
  private readonly squared: Float64Array;
  /** 1 where a neighbor was found after the list was last searched from. */
  private readonly isNew: Uint8Array;

  constructor(
    private readonly X: Points,
    readonly k: number,
  ) {
    this.indices = new Int32Array(X.rows * k).fill(-1);
    this.squared = new Float64Array(X.rows * k).fill(Infinity);
    this.isNew = new Uint8Array(X.rows * k);
  }

  /** Row number at a place of a row's list, -1 where nothing has been found. */
  at(row: number, place: number): number {
    return this.indices[row * this.k + place];
  }

  newAt(row: number, place: number): boolean {
    return this.isNew[row * this.k + place] === 1;
  }

  setOld(row: number, place: number): void {
    this.isNew[row * this.k + place] = 0;
  }

  /** Compares two rows; returns how many of their two lists changed. */
  compare(a: number, b: number): number {
    if (a === b) return 0;
    const { X, k, squared } = this;
    const { cols, data } = X;
    const worstOfA = squared[a * k + k - 1];
    const worstOfB = squared[b * k + k - 1];
    const worst = worstOfA > worstOfB ? worstOfA : worstOfB;
    const [first, second] = [a * cols, b * cols];
    let sum = 0;
    for (let c = 0; c < cols && sum < worst;) {
      for (const stop = c + 8 < cols ? c + 8 : cols; c < stop; c++) {
        const difference = data[first + c] - data[second + c];
        sum += difference * difference;
      }
    }
    if (sum > farthest) sum = farthest;
    return (sum < worstOfA ? this.insert(a, b, sum) : 0) + (sum < worstOfB ? this.insert(b, a, sum) : 0);
  }

  /** Puts `other` into the list of `row`; 0 when it is there already. */
  private insert(row: number, other: number, sum: number): number {
    const { indices, squared, isNew, k } = this;
    const start = row * k;
    for (let i = start; i < start + k; i++) if (indices[i] === other) return 0;
    let at = start + k - 1;
    for (; at > start && squared[at - 1] > sum; at--) {
      squared[at] = squared[at - 1];
      indices[at] = indices[at - 1];
      isNew[at] = isNew[at - 1];
    }
    squared[at] = sum;
    indices[at] = other;
    isNew[at] = 1;
    return 1;
  }

  /** Returns the neighbors found; among equal distances the lower row number comes first, as in an exact search. */
  neighbors(): Neighbors {
    const { indices, squared, k } = this;
    for (let i = 1; i < indices.length; i++) {
      const start = i - (i % k);
      const moved = indices[i];
      let at = i;
      for (; at > start && squared[at - 1] === squared[i] && indices[at - 1] > moved; at--)
        indices[at] = indices[at - 1];
      indices[at] = moved;
    }
    return { k, indices, distances: squared.map((sum) => Math.sqrt(sum)) };
  }
}
