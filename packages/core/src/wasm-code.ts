/**
 * Instructions of WebAssembly as expressions: each function returns the bytes that compute it, operands first. After
 * https://webassembly.github.io/spec/core/binary/instructions.html
 */

/** Bytes of instructions. */
export type WasmCode = readonly number[];

/** Types of values, with their codes. */
export const wasmTypes = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;

type Binary = (a: WasmCode, b: WasmCode) => WasmCode;
type Unary = (a: WasmCode) => WasmCode;

const binary =
  (...code: number[]): Binary =>
  (a, b) => [...a, ...b, ...code];
const unary =
  (...code: number[]): Unary =>
  (a) => [...a, ...code];
const vector = (code: number): number[] => [0xfd, ...leb(code)];

/** Reads from `address` plus `offset` bytes. */
const load =
  (align: number, ...code: number[]) =>
  (address: WasmCode, offset = 0): WasmCode => [...address, ...code, align, ...leb(offset)];

/** Writes `value` to `address` plus `offset` bytes. */
const store =
  (align: number, ...code: number[]) =>
  (address: WasmCode, value: WasmCode, offset = 0): WasmCode => [...address, ...value, ...code, align, ...leb(offset)];

/** Whole numbers of 32 bits. Comparisons are signed unless they say otherwise; they give 1 or 0. */
const i32 = {
  const: (value: number): WasmCode => [0x41, ...signedLeb(value)],
  add: binary(0x6a),
  sub: binary(0x6b),
  mul: binary(0x6c),
  and: binary(0x71),
  or: binary(0x72),
  shl: binary(0x74),
  shrUnsigned: binary(0x76),
  not: unary(0x45),
  lt: binary(0x48),
  ltUnsigned: binary(0x49),
  gt: binary(0x4a),
  le: binary(0x4c),
  ge: binary(0x4e),
  eq: binary(0x46),
  load: load(2, 0x28),
  /** Two bytes, unsigned. */
  load16: load(1, 0x2f),
  store: store(2, 0x36),
  store16: store(1, 0x3b),
  /** The bits of a number in single precision. */
  ofBits: unary(0xbc),
};

const f32 = {
  load: load(2, 0x2a),
  ofDouble: unary(0xb6),
};

const f64 = {
  load: load(3, 0x2b),
  store: store(3, 0x39),
  isNotZero: (value: WasmCode): WasmCode => [...value, 0x44, ...new Array<number>(8).fill(0), 0x62],
  const: (value: number): WasmCode => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)],
  add: binary(0xa0),
  mul: binary(0xa2),
  div: binary(0xa3),
  gt: binary(0x64),
  eq: binary(0x61),
  ofSingle: unary(0xbb),
};

/** Vectors of 16 bytes. */
const v128 = {
  load: load(3, ...vector(0x00)),
  /** Reads eight bytes into both halves. */
  loadTwice: load(3, ...vector(0x0a)),
  store: store(3, ...vector(0x0b)),
  /** Writes the first eight bytes. */
  storeHalf: (address: WasmCode, value: WasmCode, offset = 0): WasmCode => [
    ...[...address, ...value, ...vector(0x5b), 3, ...leb(offset), 0],
  ],
  zero: [...vector(0x0c), ...new Array<number>(16).fill(0)] as WasmCode,
};

const f32x4 = {
  splat: unary(...vector(0x13)),
  sqrt: unary(...vector(0xe3)),
  add: binary(...vector(0xe4)),
  sub: binary(...vector(0xe5)),
  mul: binary(...vector(0xe6)),
  div: binary(...vector(0xe7)),
};

const f64x2 = {
  splat: unary(...vector(0x14)),
  /** One of the two numbers. */
  lane: (value: WasmCode, lane: 0 | 1): WasmCode => [...value, ...vector(0x21), lane],
  add: binary(...vector(0xf0)),
  mul: binary(...vector(0xf2)),
};

/** Expressions and statements. Locals are numbered from the parameters on. */
export const wasm = {
  ...{ i32, f32, f64, v128, f32x4, f64x2 },
  get: (local: number): WasmCode => [0x20, ...leb(local)],
  set: (local: number, value: WasmCode): WasmCode => [...value, 0x21, ...leb(local)],
  /** Sets a local and gives its value. */
  tee: (local: number, value: WasmCode): WasmCode => [...value, 0x22, ...leb(local)],
  /** The first value if the condition is not 0, else the second; both are computed. */
  select: (yes: WasmCode, no: WasmCode, condition: WasmCode): WasmCode => [...yes, ...no, ...condition, 0x1b],
  whileLoop: (condition: WasmCode, ...body: WasmCode[]): WasmCode => [
    ...[0x02, 0x40, 0x03, 0x40, ...condition, 0x45, 0x0d, 1],
    ...[...body.flat(), 0x0c, 0, 0x0b, 0x0b],
  ],
  /** A loop whose body is done at least once. */
  doWhile: (body: WasmCode, condition: WasmCode): WasmCode => [0x03, 0x40, ...body, ...condition, 0x0d, 0, 0x0b],
  when: (condition: WasmCode, ...body: WasmCode[]): WasmCode => [...condition, 0x04, 0x40, ...body.flat(), 0x0b],
  /** Leaves the innermost `whileLoop` if the condition is not 0; only directly in its body. */
  breakIf: (condition: WasmCode): WasmCode => [...condition, 0x0d, 1],
  giveBack: (value: WasmCode): WasmCode => [...value, 0x0f],
  /** Fills `bytes` bytes with 0. */
  clear: (address: WasmCode, bytes: number): WasmCode => [
    ...[...address, ...i32.const(0), ...i32.const(bytes), 0xfc, 0x0b, 0],
  ],
};

/** Encodes an unsigned integer as LEB128. */
export function leb(value: number): number[] {
  const low = value & 0x7f;
  return value < 0x80 ? [low] : [low | 0x80, ...leb(value >>> 7)];
}

/** Encodes a signed integer as LEB128. */
function signedLeb(value: number): number[] {
  const low = value & 0x7f;
  const rest = value >> 7;
  const last = (rest === 0 && !(low & 0x40)) || (rest === -1 && (low & 0x40) !== 0);
  return last ? [low] : [low | 0x80, ...signedLeb(rest)];
}
