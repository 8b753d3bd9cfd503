/** xoshiro128++ (Blackman and Vigna 2021) on 32-bit integers: it fills many millions of values at a time. */

/** Draws integers of 32 bits. */
function xoshiro128(seed: number): () => number {
  let state = seed >>> 0;
  const next = (): number => {
    // splitmix32, which spreads a small seed over the whole state
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  let a = next();
  let b = next();
  let c = next();
  let d = next();
  return () => {
    const sum = (a + d) | 0;
    const result = (((sum << 7) | (sum >>> 25)) + a) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result;
  };
}

/** Fills `out` with uniform values in [0, 1) of 24 bits each. */
export function fillUniform(out: Float32Array, seed: number): void {
  const draw = xoshiro128(seed);
  for (let i = 0; i < out.length; i++) out[i] = (draw() >>> 8) / 16777216;
}

/** Fills `out` with `hit` at a probability of `rate`, and with `miss` elsewhere. */
export function fillBernoulli(out: Float32Array, seed: number, rate: number, hit: number, miss: number): void {
  const draw = xoshiro128(seed);
  const threshold = rate * 2 ** 32;
  for (let i = 0; i < out.length; i++) out[i] = draw() < threshold ? hit : miss;
}
