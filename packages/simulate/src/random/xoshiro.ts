/**
 * The random source of the simulation: xoshiro128++ (Blackman and Vigna 2021) on 32-bit words, seeded from a list of
 * numbers, so that every cell and every part of the biology has a stream of its own: cell 17 is the same cell whether
 * it is made first, last, or in another block.
 */
export class Xoshiro128 {
  private readonly state = new Int32Array(4);
  private spareNormal = NaN;

  /** @param labels whole numbers that name the stream, e.g. (seed, purpose, cell) */
  constructor(...labels: number[]) {
    this.reseed(...labels);
  }

  /** Starts the stream of these labels anew, without an allocation. */
  reseed(...labels: number[]): void {
    let a = 0x243f6a88;
    let b = 0x85a308d3;
    for (const label of labels) {
      a = mix(a ^ (label | 0));
      b = mix(b ^ a ^ Math.floor(label / 4294967296));
    }
    const { state } = this;
    for (let word = 0; word < 4; word++) {
      a = mix((a + 0x9e3779b9) | 0);
      b = mix((b + a) | 0);
      state[word] = a ^ b;
    }
    // The one state that the generator can never leave.
    if (!(state[0] | state[1] | state[2] | state[3])) state[0] = 1;
    this.spareNormal = NaN;
  }

  /** Sets the four words of the state, for comparison with other implementations. */
  setState(words: readonly [number, number, number, number]): void {
    this.state.set(words.map((word) => word | 0));
    this.spareNormal = NaN;
  }

  /** A whole number from 0 to 2³² − 1. */
  uint32(): number {
    const { state } = this;
    const s0 = state[0];
    const s3 = state[3];
    const sum = (s0 + s3) | 0;
    const result = (((sum << 7) | (sum >>> 25)) + s0) >>> 0;
    const s1 = state[1];
    const s2 = state[2] ^ s0;
    const t3 = s3 ^ s1;
    state[1] = s1 ^ s2;
    state[0] = s0 ^ t3;
    state[2] = s2 ^ (s1 << 9);
    state[3] = (t3 << 11) | (t3 >>> 21);
    return result;
  }

  /** A number in (0, 1) with 53 random bits; never 0, so that its logarithm is finite. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 67108864 + low + 0.5) / 9007199254740992;
  }

  /** A whole number from 0 to `limit` − 1, for limits far below 2³². */
  below(limit: number): number {
    return Math.floor(this.uniform() * limit);
  }

  /** A standard normal number, by Marsaglia's polar method. */
  normal(): number {
    const spare = this.spareNormal;
    if (spare === spare) {
      this.spareNormal = NaN;
      return spare;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square < 1 && square > 0) {
        const scale = Math.sqrt((-2 * Math.log(square)) / square);
        this.spareNormal = y * scale;
        return x * scale;
      }
    }
  }

  /** Puts the items in a random order, in place (Fisher and Yates). */
  shuffle<T extends { length: number; [index: number]: V }, V>(items: T): T {
    for (let last = items.length - 1; last > 0; last--) {
      const other = this.below(last + 1);
      const kept = items[last];
      items[last] = items[other];
      items[other] = kept;
    }
    return items;
  }
}

/** The finaliser of MurmurHash3: every bit of the result depends on every bit of the word. */
function mix(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
