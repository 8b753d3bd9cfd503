import { instantiateWasm, wasm, type WasmCode, WasmHeap, wasmTypes } from '@geneformer-ts/core';

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
  if (end < a.length) w += a[end] * b[end];
  if (end + 1 < a.length) x += a[end + 1] * b[end + 1];
  if (end + 2 < a.length) y += a[end + 2] * b[end + 2];
  return w + x + (y + z);
}

/** Adds `scale * values` to `target` and returns the dot product of the sum and `next`. */
function addScaled(target: Float64Array, scale: number, values: Float64Array, next: Float64Array): number {
  for (let i = 0; i < target.length; i++) target[i] += scale * values[i];
  return dot(target, next);
}

/** Vectors of one length and what a minimizer does with them. */
export interface Vectors {
  /** Returns a vector whose values do not matter. */
  take(): Float64Array;
  /** Leaves a vector to the next `take`. */
  leave(vector: Float64Array): void;
  dot(a: Float64Array, b: Float64Array): number;
  /** Adds `scale * values` to `target` and returns the dot product of the sum and `next`, in one pass. */
  addScaled(target: Float64Array, scale: number, values: Float64Array, next: Float64Array): number;
}

/** Below this length, calls cost more than SIMD instructions gain. */
const SHORT = 64;

/**
 * Returns vectors of a length; `count` of them are computed with by SIMD instructions, twice as fast as in JavaScript and to the same
 * bits. More vectors, and all on a machine without the memory, are computed with in JavaScript.
 */
export function vectorsOf(length: number, count: number): Vectors {
  const padded = Math.ceil(length / 4) * 4;
  let heap: WasmHeap | undefined;
  try {
    // The first number of the memory takes the results.
    heap = length < SHORT ? undefined : new WasmHeap(16 + WasmHeap.sizeOf(8 * padded) * count, false);
  } catch {
    heap = undefined;
  }
  const free: Float64Array[] = [];
  const take = (): Float64Array => free.pop() ?? new Float64Array(length);
  if (!heap) return { take, leave: (vector) => void free.push(vector), dot, addScaled };

  const { memory } = heap;
  const result = heap.allocate(Float64Array, 2);
  // What follows a vector up to a multiple of four stays 0.
  for (let i = 0; i < count; i++) free.unshift(heap.allocate(Float64Array, padded).subarray(0, length));
  const { dotProduct, addAndDot } = instantiateWasm(memory, kernels(8 * padded));
  const inHeap = (vector: Float64Array): boolean => vector.buffer === memory.buffer;
  return {
    take,
    leave(vector) {
      if (inHeap(vector)) free.push(vector);
    },
    dot(a, b) {
      if (!inHeap(a) || !inHeap(b)) return dot(a, b);
      dotProduct(a.byteOffset, b.byteOffset);
      return result[0];
    },
    addScaled(target, scale, values, next) {
      if (!inHeap(target) || !inHeap(values) || !inHeap(next)) return addScaled(target, scale, values, next);
      addAndDot(target.byteOffset, scale, values.byteOffset, next.byteOffset);
      return result[0];
    },
  };
}

/** Functions over `bytes` bytes of each vector; the four sums are those of `dot`. */
function kernels(bytes: number) {
  const { doWhile, f64, f64x2, get, i32, set, tee, v128 } = wasm;
  const sumOfLanes = (vector: number): WasmCode => f64.add(f64x2.lane(get(vector), 0), f64x2.lane(get(vector), 1));
  const store = (low: number, high: number): WasmCode =>
    f64.store(i32.const(0), f64.add(sumOfLanes(low), sumOfLanes(high)));
  const moved = (base: number, at: number): WasmCode => i32.add(get(base), get(at));
  const more = (at: number): WasmCode => i32.ltUnsigned(tee(at, i32.add(get(at), i32.const(32))), i32.const(bytes));

  const product = (() => {
    const [a, b, at, low, high] = Array(5).keys();
    const part = (sum: number, offset: number): WasmCode =>
      set(sum, f64x2.add(get(sum), f64x2.mul(v128.load(moved(a, at), offset), v128.load(moved(b, at), offset))));
    return [...doWhile([...part(low, 0), ...part(high, 16)], more(at)), ...store(low, high)];
  })();
  const sum = (() => {
    const [target, scale, values, next, at, low, high, factor, value] = Array(9).keys();
    const part = (total: number, offset: number): WasmCode => [
      ...set(
        value,
        f64x2.add(v128.load(moved(target, at), offset), f64x2.mul(get(factor), v128.load(moved(values, at), offset))),
      ),
      ...v128.store(moved(target, at), get(value), offset),
      ...set(total, f64x2.add(get(total), f64x2.mul(get(value), v128.load(moved(next, at), offset)))),
    ];
    return [
      ...set(factor, f64x2.splat(get(scale))),
      ...doWhile([...part(low, 0), ...part(high, 16)], more(at)),
      ...store(low, high),
    ];
  })();
  const { i32: whole, f64: double, v128: vector } = wasmTypes;
  return [
    { name: 'dotProduct', parameters: [whole, whole], locals: [whole, vector, vector], body: product },
    {
      name: 'addAndDot',
      parameters: [whole, double, whole, whole],
      locals: [whole, vector, vector, vector, vector],
      body: sum,
    },
  ];
}
