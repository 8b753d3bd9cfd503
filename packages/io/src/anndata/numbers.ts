import { FormatError, UnsupportedError } from '@geneformer-ts/core';
import type { Soon } from './container.js';
import type { Values } from './csr.js';

/** Numbers in the types that files store. */
export type NumericArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** Memory for the numbers of one read after another. New memory for each would cost more time than reading. */
export class ReadMemory {
  private held = new ArrayBuffer(0);

  /** Returns memory for `length` bytes, not cleared. That of the call before must not be used any more. */
  take(length: number): Uint8Array<ArrayBuffer> {
    // Some blocks are a little larger than those before.
    if (this.held.byteLength < length) this.held = new ArrayBuffer(8 * Math.ceil((1.25 * length) / 8));
    return new Uint8Array(this.held, 0, length);
  }
}

/** Reads ranges of a list of numbers. Fastest from beginning to end. */
export interface NumberReader {
  readonly length: number;
  /**
   * Reads elements `from` to `to` in their stored type. The caller owns the array, unless it gives memory, which a reader may use for
   * the array.
   */
  read(from: number, to: number, memory?: ReadMemory): Soon<NumericArray>;
}

/** A reader whose numbers need not be waited for. */
export interface SyncNumberReader extends NumberReader {
  read(from: number, to: number, memory?: ReadMemory): NumericArray;
}

type BigArray = BigInt64Array | BigUint64Array;

/** Converts numbers to doubles; returns an array of doubles itself. Integers beyond 2^53 lose their last digits. */
export function toFloat64(source: NumericArray): Float64Array {
  if (source instanceof Float64Array) return source;
  return isBig(source) ? widen(source) : Float64Array.from(source);
}

/**
 * Converts values to the narrower type that represents all numbers of the stored type exactly: single precision for float32
 * and integers of up to 16 bits, else double. Returns an array of that type itself.
 */
export function toValues(source: NumericArray): Values {
  if (source instanceof Float32Array) return source;
  if (source.BYTES_PER_ELEMENT <= 2) return new Float32Array(source as Int16Array);
  return toFloat64(source);
}

/**
 * Converts indices to 32-bit integers and checks that each is in `[0, limit)`. Returns an Int32Array itself.
 *
 * @throws FormatError naming the position and the value
 */
export function toIndices(source: NumericArray, limit: number, path: string, field: string): Int32Array {
  if (source instanceof Float32Array || source instanceof Float64Array) {
    throw new UnsupportedError(path, field, 'an index stored as a floating-point number', 'store it as int32');
  }
  const result = source instanceof Int32Array ? source : narrow(source);
  // One comparison per element, because a negative index is a large unsigned number.
  let largest = 0;
  for (let i = 0; i < result.length; i++) {
    const value = result[i] >>> 0;
    if (value > largest) largest = value;
  }
  if (largest < limit || result.length === 0) return result;
  const at = result.findIndex((value) => value < 0 || value >= limit);
  throw new FormatError(
    path,
    field,
    `index ${source[at]} at ${at} is outside 0 to ${limit - 1}`,
    'write the file again with a current anndata',
  );
}

/** Converts to 32 bits. Numbers that do not fit become -1, which is not a valid index. */
function narrow(source: Exclude<NumericArray, Int32Array | Float32Array | Float64Array>): Int32Array {
  if (isBig(source)) return narrowBig(source);
  return source instanceof Uint32Array
    ? Int32Array.from(source, (value) => (value > 0x7fffffff ? -1 : value))
    : Int32Array.from(source);
}

function narrowBig(source: BigArray): Int32Array {
  const halves = halvesOf(source);
  const result = new Int32Array(source.length);
  for (let i = 0; i < result.length; i++) {
    const low = halves[2 * i];
    result[i] = halves[2 * i + 1] === 0 && low >= 0 ? low : -1;
  }
  return result;
}

/** Converts through a view of both halves, without creating BigInts. */
function widen(source: BigArray): Float64Array {
  const halves = halvesOf(source);
  const signed = source instanceof BigInt64Array;
  const result = new Float64Array(source.length);
  for (let i = 0; i < result.length; i++) {
    const high = halves[2 * i + 1];
    result[i] = (signed ? high : high >>> 0) * 0x1_0000_0000 + (halves[2 * i] >>> 0);
  }
  return result;
}

function halvesOf(source: BigArray): Int32Array {
  return new Int32Array(source.buffer, source.byteOffset, source.length * 2);
}

function isBig(source: NumericArray): source is BigArray {
  return source instanceof BigInt64Array || source instanceof BigUint64Array;
}
