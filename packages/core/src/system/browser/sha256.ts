/** Constants of SHA-256 (FIPS 180-4): fractional parts of roots of the first primes, computed exactly with integers. */
const [INITIAL, ROUNDS] = constants();

/**
 * A SHA-256 digest with the calls of Node's `Hash`, synchronously, which the Web Crypto API is not.
 *
 * @example
 * createHash('sha256').update('abc').digest('hex'); // 'ba7816bf…'
 */
class Sha256 {
  private readonly state = INITIAL.slice();
  private readonly block = new Uint8Array(64);
  private filled = 0;
  private total = 0;
  private readonly words = new Int32Array(64);

  update(data: ArrayBufferView | string): this {
    const bytes =
      typeof data === 'string'
        ? new TextEncoder().encode(data)
        : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.total += bytes.length;
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + 64 - this.filled);
      this.block.set(part, this.filled);
      this.filled += part.length;
      at += part.length;
      if (this.filled === 64) this.compress();
    }
    return this;
  }

  /** @param encoding only `hex`; default the bytes */
  digest(encoding: 'hex'): string;
  digest(): Uint8Array;
  digest(encoding?: 'hex'): string | Uint8Array {
    const { total } = this;
    this.update(Uint8Array.of(0x80));
    while (this.filled !== 56) this.update(Uint8Array.of(0));
    const length = new DataView(new ArrayBuffer(8));
    length.setBigUint64(0, BigInt(total) * 8n);
    this.update(new Uint8Array(length.buffer));
    const result = new DataView(new ArrayBuffer(32));
    this.state.forEach((word, i) => result.setInt32(4 * i, word));
    const bytes = new Uint8Array(result.buffer);
    return encoding === 'hex' ? Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('') : bytes;
  }

  private compress(): void {
    const { state, words } = this;
    const view = new DataView(this.block.buffer);
    for (let i = 0; i < 16; i++) words[i] = view.getInt32(4 * i);
    for (let i = 16; i < 64; i++) {
      const [x, y] = [words[i - 15], words[i - 2]];
      const low = rotated(x, 7) ^ rotated(x, 18) ^ (x >>> 3);
      const high = rotated(y, 17) ^ rotated(y, 19) ^ (y >>> 10);
      words[i] = words[i - 16] + low + words[i - 7] + high;
    }
    let [a, b, c, d, e, f, g, h] = state as unknown as number[] as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    for (let i = 0; i < 64; i++) {
      const first =
        (h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + ((e & f) ^ (~e & g)) + ROUNDS[i] + words[i]) | 0;
      const second = ((rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] += word));
    this.filled = 0;
  }
}

/** @throws Error for another algorithm */
export function createHash(algorithm: string): Sha256 {
  if (algorithm !== 'sha256') throw new Error(`digest ${algorithm} is not supported in a browser; use sha256`);
  return new Sha256();
}

function rotated(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

/** First 32 bits of the fractional parts of square roots of 8 primes, and of cube roots of 64. */
function constants(): [Int32Array, Int32Array] {
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  const bits = (root: bigint): number => Number(BigInt.asIntN(32, root));
  return [
    Int32Array.from(primes.slice(0, 8), (prime) => bits(rootOf(BigInt(prime) << 64n, 2n))),
    Int32Array.from(primes, (prime) => bits(rootOf(BigInt(prime) << 96n, 3n))),
  ];
}

/** Returns the largest whole number whose power is at most `value`. */
function rootOf(value: bigint, power: bigint): bigint {
  let [low, high] = [0n, 1n << 64n];
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** power <= value) low = middle;
    else high = middle - 1n;
  }
  return low;
}
