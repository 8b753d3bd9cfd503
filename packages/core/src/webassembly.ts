/**
 * Writes WebAssembly modules for the few loops in which SIMD instructions are several times as fast as JavaScript. A module is assembled
 * from the codes of its instructions: no compiler is needed to build the project, and no binary file has to be trusted.
 */

/** Types of values, with their codes. */
export const wasmTypes = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;

/** Codes of instructions, after https://webassembly.github.io/spec/core/binary/instructions.html */
export const wasmCode = {
  get: (local: number) => [0x20, ...leb(local)],
  set: (local: number) => [0x21, ...leb(local)],
  tee: (local: number) => [0x22, ...leb(local)],
  i32: (value: number) => [0x41, ...signed(value)],
  addInt: [0x6a],
  multiplyInt: [0x6c],
  shiftLeft: [0x74],
  /** Compare unsigned integers. */
  lessThan: [0x49],
  atLeast: [0x4f],
  /** Reads from the address on the stack plus `offset` bytes. */
  loadInt: (offset: number) => [0x28, 2, ...leb(offset)],
  loadF32: (offset: number) => [0x2a, 2, ...leb(offset)],
  loadVector: (offset: number) => [0xfd, 0x00, 3, ...leb(offset)],
  /** Reads eight bytes into both halves of a vector. */
  loadF64Twice: (offset: number) => [0xfd, 0x0a, 3, ...leb(offset)],
  storeVector: (offset: number) => [0xfd, 0x0b, 3, ...leb(offset)],
  /** Writes the first eight bytes of a vector. */
  storeHalf: (offset: number) => [0xfd, ...leb(0x5b), 3, ...leb(offset), 0],
  promote: [0xbb],
  vectorZero: [0xfd, 0x0c, ...new Array<number>(16).fill(0)],
  splatF32: [0xfd, 0x13],
  splatF64: [0xfd, 0x14],
  f32x4: {
    sqrt: [0xfd, ...leb(0xe3)],
    add: [0xfd, ...leb(0xe4)],
    sub: [0xfd, ...leb(0xe5)],
    mul: [0xfd, ...leb(0xe6)],
    div: [0xfd, ...leb(0xe7)],
  },
  f64x2: { add: [0xfd, ...leb(0xf0)], mul: [0xfd, ...leb(0xf2)] },
  loop: [0x03, 0x40],
  block: [0x02, 0x40],
  /** Repeats the loop, or leaves the block, that is `depth` levels out, if the number on the stack is not 0. */
  branchIf: (depth: number) => [0x0d, depth],
  end: [0x0b],
};

/** A function of a module. Locals are numbered on from the parameters. */
export interface WasmFunction {
  name: string;
  parameters: readonly number[];
  locals: readonly number[];
  /** Its instructions, without the last `end`. */
  body: readonly number[];
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
 * const { get, i32, splatF64, storeVector } = wasmCode;
 * const heap = new WasmHeap(16, false);
 * const pair = heap.allocate(Float64Array, 2);
 * const body = [...i32(0), ...get(0), ...splatF64, ...storeVector(0)];
 * // A function returns nothing: its results are in the memory.
 * const { fill } = instantiateWasm(heap.memory, [{ name: 'fill', parameters: [wasmTypes.f64], locals: [], body }]);
 * fill(0.5);
 * pair; // [0.5, 0.5]
 */
export function instantiateWasm(
  memory: WasmMemory,
  functions: readonly WasmFunction[],
): Record<string, (...values: number[]) => void> {
  const { Module, Instance } = api();
  // By its tag: test runners have globals of their own.
  const shared = Object.prototype.toString.call(memory.buffer) === '[object SharedArrayBuffer]';
  const pages = memory.buffer.byteLength / WASM_PAGE;
  const instance = new Instance(new Module(assemble(functions, pages, shared)), { here: { memory } });
  return instance.exports as Record<string, (...values: number[]) => void>;
}

function assemble(functions: readonly WasmFunction[], pages: number, shared: boolean): Uint8Array {
  const limits = [shared ? 3 : 1, ...leb(pages), ...leb(pages)];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(
      1,
      functions.map(({ parameters }) => [0x60, ...sized(parameters), 0]),
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
        sized([...leb(locals.length), ...locals.flatMap((type) => [1, type]), ...body, ...wasmCode.end]),
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

/** Encodes an unsigned integer as LEB128. */
function leb(value: number): number[] {
  const low = value & 0x7f;
  return value < 0x80 ? [low] : [low | 0x80, ...leb(value >>> 7)];
}

/** Encodes a signed integer as LEB128. */
function signed(value: number): number[] {
  const low = value & 0x7f;
  const rest = value >> 7;
  const last = (rest === 0 && !(low & 0x40)) || (rest === -1 && low & 0x40);
  return last ? [low] : [low | 0x80, ...signed(rest)];
}
