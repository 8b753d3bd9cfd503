/** Returns the cosine of two vectors of 32-bit floats, computed in 64 bits; NaN if one is 0. */
export function cosine(a: Float32Array | Float64Array, b: Float32Array | Float64Array): number {
  let product = 0;
  let ownA = 0;
  let ownB = 0;
  for (let i = 0; i < a.length; i++) {
    product += a[i] * b[i];
    ownA += a[i] * a[i];
    ownB += b[i] * b[i];
  }
  return product / Math.sqrt(ownA * ownB);
}
