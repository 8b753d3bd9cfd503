/**
 * Writes WebAssembly modules for the few loops in which SIMD instructions are several times as fast as JavaScript. A module is assembled
 * from the codes of its instructions: no compiler is needed to build the project, and no binary file has to be trusted.
 */

import { leb, type WasmCode } from './wasm-code.js';

/** A function of a module. Locals are numbered on from the parameters. */
export interface WasmFunction {
  name: string;
  parameters: readonly number[];
  locals: readonly number[];
  /** Type of the result; default none. */
  result?: number;
  body: WasmCode;
}

/** The part of the WebAssembly interface that is used here; TypeScript has its types only in the DOM library. */
interface WebAssemblyApi {
  Memory: new (size: { initial: number; maximum: number; shared: boolean }) => WasmMemory;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: object };
}

/** Memory of WebAssembly functions. Shared memory can be sent to other threads. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

const WASM_PAGE = 65536;
const END = [0x0b];

const api = (): WebAssemblyApi => (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;

/** Typed arrays side by side in one memory, so that functions find them by their offsets. */
export class WasmHeap {
  readonly memory: WasmMemory;
  private end = 0;

  /**
   * @param bytes size of all arrays together, each rounded up to a multiple of 16
   * @param shared whether other threads use the arrays too
   * @throws RangeError where that much is not to be had; the limit is 4 GB
   */
  constructor(bytes: number, shared: boolean) {
    const pages = Math.max(1, Math.ceil(bytes / WASM_PAGE));
    this.memory = new (api().Memory)({ initial: pages, maximum: pages, shared });
  }

  /** Returns an array of zeros. */
  allocate<Values>(Type: new (buffer: ArrayBuffer, offset: number, length: number) => Values, length: number): Values {
    const values = new Type(this.memory.buffer, this.end, length);
    this.end += WasmHeap.sizeOf((values as ArrayBufferView).byteLength);
    return values;
  }

  /** Returns a copy of an array. */
  copy<Values extends Float32Array | Float64Array | Int32Array>(values: Values): Values {
    const copied = this.allocate(
      values.constructor as new (...from: [ArrayBuffer, number, number]) => Values,
      values.length,
    );
    copied.set(values);
    return copied;
  }

  /** Bytes that an array of `bytes` bytes takes. */
  static sizeOf(bytes: number): number {
    return Math.ceil(bytes / 16) * 16;
  }
}

/**
 * Returns functions that work on `memory`, by name.
 *
 * @example
 * const { f64x2, get, i32, v128 } = wasm;
 * const heap = new WasmHeap(16, false);
 * const pair = heap.allocate(Float64Array, 2);
 * const body = v128.store(i32.const(0), f64x2.splat(get(0)));
 * const { fill } = instantiateWasm(heap.memory, [{ name: 'fill', parameters: [wasmTypes.f64], locals: [], body }]);
 * fill(0.5);
 * pair; // [0.5, 0.5]
 */
export function instantiateWasm(
  memory: WasmMemory,
  functions: readonly WasmFunction[],
): Record<string, (...values: number[]) => number> {
  const { Module, Instance } = api();
  // By its tag: test runners have globals of their own.
  const shared = Object.prototype.toString.call(memory.buffer) === '[object SharedArrayBuffer]';
  const pages = memory.buffer.byteLength / WASM_PAGE;
  const instance = new Instance(new Module(assemble(functions, pages, shared)), { here: { memory } });
  return instance.exports as Record<string, (...values: number[]) => number>;
}

function assemble(functions: readonly WasmFunction[], pages: number, shared: boolean): Uint8Array {
  const limits = [shared ? 3 : 1, ...leb(pages), ...leb(pages)];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(
      1,
      functions.map(({ parameters, result }) => [
        0x60,
        ...sized(parameters),
        ...sized(result === undefined ? [] : [result]),
      ]),
    ),
    ...section(2, [[...text('here'), ...text('memory'), 2, ...limits]]),
    ...section(
      3,
      functions.map((_, i) => leb(i)),
    ),
    ...section(
      7,
      functions.map(({ name }, i) => [...text(name), 0, ...leb(i)]),
    ),
    ...section(
      10,
      functions.map(({ locals, body }) =>
        sized([...leb(locals.length), ...locals.flatMap((type) => [1, type]), ...body, ...END]),
      ),
    ),
  ]);
}

function section(id: number, entries: readonly (readonly number[])[]): number[] {
  return [id, ...sized([...leb(entries.length), ...entries.flat()])];
}

function sized(content: readonly number[]): number[] {
  return [...leb(content.length), ...content];
}

function text(name: string): number[] {
  return sized([...new TextEncoder().encode(name)]);
}
