import { FormatError, UnsupportedError } from '@geneformer-ts/core';
import type { NumericArray } from './number-reader.js';
import type { Values } from '../csr.js';

type BigArray = BigInt64Array | BigUint64Array;

/** Numbers of any stored type as doubles, in the array itself where it has them. Integers beyond 2^53 lose their last digits. */
export function toFloat64(source: NumericArray): Float64Array {
  if (source instanceof Float64Array) return source;
  return isBig(source) ? widen(source) : Float64Array.from(source);
}

/**
 * Matrix values in the narrowest of the two value types that holds every number of the stored type exactly: single
 * precision for float32 and integers of up to 16 bits, else double. An array that is so already is handed back itself.
 */
export function toValues(source: NumericArray): Values {
  if (source instanceof Float32Array) return source;
  if (source.BYTES_PER_ELEMENT <= 2) return new Float32Array(source as Int16Array);
  return toFloat64(source);
}

/**
 * Indices as 32-bit integers, each checked to lie in `[0, limit)`. An array of such is handed back itself.
 * @throws FormatError naming the position and the value
 */
export function toIndices(source: NumericArray, limit: number, path: string, field: string): Int32Array {
  if (source instanceof Float32Array || source instanceof Float64Array) {
    throw new UnsupportedError(path, field, 'an index stored as a floating-point number', 'store it as int32');
  }
  const result = source instanceof Int32Array ? source : narrow(source);
  // One comparison an element: a negative index is a large unsigned one.
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

/** To 32 bits; what does not fit becomes -1, which no index is. */
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

/** Through a view of both halves: no BigInt is made. */
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
