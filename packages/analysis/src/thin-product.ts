import { type CsrMatrix, WasmHeap } from '@geneformer-ts/core';
import { simdGather } from './simd-products.js';
import { gather } from './sparse-products.js';

/**
 * Returns a function that multiplies a sparse matrix by thin dense ones of `width` columns. The matrix is copied to memory that SIMD
 * instructions reach; where a machine does not give that much, a slower loop computes the same bits.
 */
export function thinProduct(X: CsrMatrix, width: number): (thin: Float64Array) => Float64Array {
  const { rows, cols, data } = X;
  const sizes = [4 * (rows + 1), 4 * data.length, data.byteLength, 8 * cols * width, 8 * rows * width];
  let heap: WasmHeap;
  try {
    heap = new WasmHeap(
      sizes.reduce((sum, size) => sum + WasmHeap.sizeOf(size), 0),
      false,
    );
  } catch {
    return (thin) => {
      const out = new Float64Array(rows * width);
      gather(X, thin, width, 0, rows, out);
      return out;
    };
  }
  const lines = { indptr: heap.copy(X.indptr), indices: heap.copy(X.indices), data: heap.copy(data) };
  const source = heap.allocate(Float64Array, cols * width);
  const product = heap.allocate(Float64Array, rows * width);
  const multiply = simdGather(heap.memory, width, data instanceof Float32Array ? Float32Array : Float64Array);
  return (thin) => {
    source.set(thin);
    multiply(lines, source, width, 0, rows, product);
    return product.slice();
  };
}
