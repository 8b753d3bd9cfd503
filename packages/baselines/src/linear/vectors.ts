/** Returns the dot product. Four sums: an addition need not wait for the one before. */
export function dot(a: Float64Array, b: Float64Array): number {
  let [w, x, y, z] = [0, 0, 0, 0];
  const end = a.length - (a.length % 4);
  for (let i = 0; i < end; i += 4) {
    w += a[i] * b[i];
    x += a[i + 1] * b[i + 1];
    y += a[i + 2] * b[i + 2];
    z += a[i + 3] * b[i + 3];
  }
  for (let i = end; i < a.length; i++) w += a[i] * b[i];
  return w + x + (y + z);
}

/** Adds `scale * values` to `target` and returns the dot product of the sum and `next`, in one pass. */
export function addScaled(target: Float64Array, scale: number, values: Float64Array, next: Float64Array): number {
  let [w, x, y, z] = [0, 0, 0, 0];
  const end = target.length - (target.length % 4);
  for (let i = 0; i < end; i += 4) {
    const a = (target[i] += scale * values[i]);
    const b = (target[i + 1] += scale * values[i + 1]);
    const c = (target[i + 2] += scale * values[i + 2]);
    const d = (target[i + 3] += scale * values[i + 3]);
    w += a * next[i];
    x += b * next[i + 1];
    y += c * next[i + 2];
    z += d * next[i + 3];
  }
  for (let i = end; i < target.length; i++) w += (target[i] += scale * values[i]) * next[i];
  return w + x + (y + z);
}
