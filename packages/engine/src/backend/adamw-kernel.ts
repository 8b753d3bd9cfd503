/**
 * The arithmetic of AdamW for a piece of a variable, as a WebAssembly module of vector instructions that is assembled here.
 *
 * The update is memory-bound and has no matrix product in it: as a graph of ONNX ops each intermediate travels to memory and back, and
 * a loop in JavaScript computes in double precision, one element at a time. This takes half the time of the first on two threads and a
 * third of the second. Every operation is rounded to float32 on its own, so the result is that of the unfused ops, to the bit.
 */

/** Elements of a piece; four arrays of it fit a first- or second-level cache. */
export const PIECE = 1 << 13;

/** How many elements one vector holds. */
const LANES = 4;
const BYTES = PIECE * Float32Array.BYTES_PER_ELEMENT;

export interface AdamWKernel {
  readonly parameter: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  readonly gradient: Float32Array;
  /** Updates the first `elements` of parameter, first and second where they are. */
  run(elements: number, factors: readonly number[]): void;
}

/** The kernel's scalar arguments, in its order. */
const FACTORS = ['decay1', 'rest1', 'decay2', 'rest2', 'size', 'floor', 'kept'] as const;

/** The part of WebAssembly's interface that is used here; its full types belong to the DOM's. */
interface WebAssemblyApi {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: object };
}

export function createAdamWKernel(): AdamWKernel {
  const { Instance, Module } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
  const { memory, update } = new Instance(new Module(assemble())).exports as {
    memory: { buffer: ArrayBuffer };
    update: (end: number, ...factors: number[]) => void;
  };
  const array = (n: number): Float32Array => new Float32Array(memory.buffer, n * BYTES, PIECE);
  return {
    parameter: array(0),
    first: array(1),
    second: array(2),
    gradient: array(3),
    // A last vector that is not full computes with what is there, and nobody reads it.
    run: (elements, factors) =>
      update(Math.ceil(elements / LANES) * LANES * Float32Array.BYTES_PER_ELEMENT, ...factors),
  };
}

const I32 = 0x7f;
const F32 = 0x7d;
const V128 = 0x7b;

/** Binary codes of the instructions used here: https://webassembly.github.io/spec/core/binary/instructions.html */
const code = {
  get: (local: number) => [0x20, local],
  set: (local: number) => [0x21, local],
  tee: (local: number) => [0x22, local],
  load: (array: number) => [0xfd, 0x00, 4, ...leb(array * BYTES)],
  store: (array: number) => [0xfd, 0x0b, 4, ...leb(array * BYTES)],
  splat: [0xfd, 0x13],
  sqrt: [0xfd, ...leb(0xe3)],
  add: [0xfd, ...leb(0xe4)],
  sub: [0xfd, ...leb(0xe5)],
  mul: [0xfd, ...leb(0xe6)],
  div: [0xfd, ...leb(0xe7)],
  advance: [0x41, 16, 0x6a],
  lessThan: [0x49],
  loop: [0x03, 0x40],
  repeatIf: [0x0d, 0],
  end: [0x0b],
};

function assemble(): Uint8Array {
  const parameters = [I32, ...FACTORS.map(() => F32)];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, parameters.length, ...parameters, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, (4 * BYTES) / 65536]),
    ...section(7, [2, ...text('memory'), 2, 0, ...text('update'), 0, 0]),
    ...section(10, [1, ...sized(body())]),
  ]);
}

/** `update(end, ...factors)`: walks over the four arrays up to byte `end` of each. */
function body(): number[] {
  const { get, set, tee, load, store, splat, sqrt, add, sub, mul, div } = code;
  const [parameter, first, second, gradient] = [0, 1, 2, 3] as const;
  const end = 0;
  const scalar = (name: (typeof FACTORS)[number]): number => 1 + FACTORS.indexOf(name);
  const at = 1 + FACTORS.length;
  const vector = (name: (typeof FACTORS)[number]): number[] => get(at + scalar(name));
  const [m, v, g] = [at + FACTORS.length + 1, at + FACTORS.length + 2, at + FACTORS.length + 3];
  const here = get(at);
  return [
    ...[2, 1, I32, FACTORS.length + 3, V128],
    ...FACTORS.flatMap((name) => [...get(scalar(name)), ...splat, ...set(at + scalar(name))]),
    ...code.loop,
    // m = decay1 m + rest1 g
    ...[...here, ...here, ...load(first), ...vector('decay1'), ...mul],
    ...[...here, ...load(gradient), ...tee(g), ...vector('rest1'), ...mul, ...add, ...tee(m), ...store(first)],
    // v = decay2 v + rest2 g²
    ...[...here, ...here, ...load(second), ...vector('decay2'), ...mul],
    ...[...get(g), ...get(g), ...mul, ...vector('rest2'), ...mul, ...add, ...tee(v), ...store(second)],
    // p = kept p - size m / (sqrt(v) + floor)
    ...[...here, ...here, ...load(parameter), ...vector('kept'), ...mul],
    ...[...get(m), ...get(v), ...sqrt, ...vector('floor'), ...add, ...div, ...vector('size'), ...mul],
    ...[...sub, ...store(parameter)],
    ...[...here, ...code.advance, ...tee(at), ...get(end), ...code.lessThan, ...code.repeatIf],
    ...code.end,
    ...code.end,
  ];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...sized(content)];
}

function sized(content: readonly number[]): number[] {
  return [...leb(content.length), ...content];
}

function text(name: string): number[] {
  return sized([...Buffer.from(name)]);
}

/** An unsigned integer in LEB128. */
function leb(value: number): number[] {
  const low = value & 0x7f;
  return value < 0x80 ? [low] : [low | 0x80, ...leb(value >>> 7)];
}
