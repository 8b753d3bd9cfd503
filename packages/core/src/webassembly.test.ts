import { describe, expect, test } from '@jest/globals';
import { wasm, wasmTypes } from './wasm-code.js';
import { instantiateWasm, WasmHeap } from './webassembly.js';

const { doWhile, f64x2, get, i32, tee, v128 } = wasm;

describe('WasmHeap', () => {
  test('gives arrays of zeros that do not overlap, and copies', () => {
    const heap = new WasmHeap(64, false);
    const bytes = heap.allocate(Uint8Array, 3);
    const copied = heap.copy(Float64Array.of(1.5, -2));
    bytes.fill(255);
    expect([...copied]).toEqual([1.5, -2]);
    expect([...heap.allocate(Int32Array, 2)]).toEqual([0, 0]);
    expect(copied.buffer).toBe(heap.memory.buffer);
  });

  test('shares its memory with other threads only when asked', () => {
    const kindOf = (shared: boolean) => Object.prototype.toString.call(new WasmHeap(1, shared).memory.buffer);
    expect(kindOf(true)).toBe('[object SharedArrayBuffer]');
    expect(kindOf(false)).toBe('[object ArrayBuffer]');
  });

  test('refuses more than an address can name', () => {
    expect(() => new WasmHeap(2 ** 32 + 1, false)).toThrow(RangeError);
  });
});

describe('instantiateWasm', () => {
  // Values of one, two and three bytes in the code, on both sides of the bit that is the sign.
  test.each([0, 16, 48, 64, 112, 128, 8176, 8192, 16368, 1 << 20])('stores two numbers at byte %i', (at) => {
    const heap = new WasmHeap(at + 16, false);
    const values = heap.allocate(Float64Array, at / 8 + 2);
    const body = v128.store(i32.const(at), f64x2.splat(get(0)));
    instantiateWasm(heap.memory, [{ name: 'fill', parameters: [wasmTypes.f64], locals: [], body }]).fill(0.5);
    expect([...values.subarray(-2)]).toEqual([0.5, 0.5]);
    expect(values.reduce((sum, value) => sum + value, 0)).toBe(1);
  });

  test('has several functions, and loops', () => {
    const heap = new WasmHeap(64, true);
    const values = heap.allocate(Float64Array, 8);
    const [last, value, at] = [0, 1, 2];
    const parameters = [wasmTypes.i32, wasmTypes.f64];
    const store = v128.store(get(at), f64x2.splat(get(value)));
    const more = i32.ltUnsigned(tee(at, i32.add(get(at), i32.const(16))), get(last));
    const { first, all } = instantiateWasm(heap.memory, [
      { name: 'first', parameters, locals: [wasmTypes.i32], body: store },
      { name: 'all', parameters, locals: [wasmTypes.i32], body: doWhile(store, more) },
    ]);
    first(64, 3);
    expect([...values]).toEqual([3, 3, 0, 0, 0, 0, 0, 0]);
    all(64, 4);
    expect([...values]).toEqual(new Array(8).fill(4));
  });
});
