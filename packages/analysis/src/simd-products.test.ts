import { describe, expect, test } from '@jest/globals';
import { randomStream, WasmHeap } from '@geneformer-ts/core';
import { simdGather } from './simd-products.js';
import { gather } from './sparse-products.js';

const random = randomStream(3, 0);
const [lines, sources] = [40, 25];

/** Lines of 0 to 24 stored values; the first and the last are empty. */
function randomLines(Values: Float32ArrayConstructor | Float64ArrayConstructor) {
  const indptr = new Int32Array(lines + 1);
  const indices: number[] = [];
  const data: number[] = [];
  for (let line = 0; line < lines; line++) {
    const share = line === 0 || line === lines - 1 ? 0 : random();
    for (let index = 0; index < sources; index++) {
      if (random() >= share) continue;
      indices.push(index);
      data.push(random() - 0.5);
    }
    indptr[line + 1] = indices.length;
  }
  return { indptr, indices: Int32Array.from(indices), data: Values.from(data) };
}

describe('simdGather', () => {
  test.each(
    [1, 2, 3, 9, 16, 17, 35].flatMap((outputs) =>
      [Float32Array, Float64Array].flatMap((Values) => [false, true].map((shared) => ({ outputs, Values, shared }))),
    ),
  )('gives the bits of gather: $outputs outputs, $Values.name, shared: $shared', ({ outputs, Values, shared }) => {
    const stored = randomLines(Values);
    const heap = new WasmHeap(1 << 16, shared);
    const inHeap = {
      indptr: heap.copy(stored.indptr),
      indices: heap.copy(stored.indices),
      data: heap.copy(stored.data),
    };
    const source = heap.copy(Float64Array.from({ length: sources * outputs }, () => random() - 0.5));
    // A value beyond the lines asked for must stay as it is.
    const out = heap.allocate(Float64Array, lines * outputs).fill(7);
    const expected = new Float64Array(lines * outputs).fill(7);
    const product = simdGather(heap.memory, outputs, Values);
    for (const [from, to] of [
      [0, 5],
      [5, 5],
      [5, lines - 1],
    ] as const) {
      gather(stored, source, outputs, from, to, expected);
      product(inHeap, source, outputs, from, to, out);
    }
    expect(Array.from(out)).toEqual(Array.from(expected));
    expect(new Set(expected).size).toBeGreaterThan(lines / 2);
  });
});
