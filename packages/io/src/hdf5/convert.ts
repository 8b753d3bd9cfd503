import { FormatError, UnsupportedError } from '../errors.js';
import type { NumericArray } from './file.js';
import type { Values } from '../csr.js';

/** Numbers of any stored type as doubles. 64-bit integers beyond 2^53 lose their last digits. */
export function toFloat64(source: NumericArray): Float64Array {
  if (source instanceof Float64Array) return source;
  if (!isBig(source)) return Float64Array.from(source);
  const result = new Float64Array(source.length);
  for (let i = 0; i < source.length; i++) result[i] = Number(source[i]);
  return result;
}

/**
 * Matrix values in the narrowest of the two value types that holds every number of the stored type exactly: single
 * precision for float32 and integers of up to 16 bits, else double. Always a copy.
 */
export function toValues(source: NumericArray): Values {
  if (source instanceof Float32Array) return source.slice();
  if (source.BYTES_PER_ELEMENT <= 2) return Float32Array.from(source as Int16Array);
  return source instanceof Float64Array ? source.slice() : toFloat64(source);
}

/**
 * Indices as 32-bit integers, each checked to lie in `[0, limit)`. Always a copy.
 * @throws FormatError naming the position and the value
 */
export function toIndices(source: NumericArray, limit: number, path: string, field: string): Int32Array {
  if (source instanceof Float32Array || source instanceof Float64Array) {
    throw new UnsupportedError(path, field, 'an index stored as a floating-point number', 'store it as int32');
  }
  const result = source instanceof Int32Array ? source.slice() : narrow(source);
  for (let i = 0; i < result.length; i++) {
    const value = result[i]!;
    if (value < 0 || value >= limit) {
      throw new FormatError(
        path,
        field,
        `index ${source[i]} at ${i} is outside 0 to ${limit - 1}`,
        'write the file again with a current anndata',
      );
    }
  }
  return result;
}

/** To 32 bits; what does not fit becomes -1, which no index is. */
function narrow(source: Exclude<NumericArray, Int32Array | Float32Array | Float64Array>): Int32Array {
  const result = new Int32Array(source.length);
  for (let i = 0; i < source.length; i++) {
    const value = Number(source[i]);
    result[i] = value > 0x7fffffff ? -1 : value;
  }
  return result;
}

function isBig(source: NumericArray): source is BigInt64Array | BigUint64Array {
  return source instanceof BigInt64Array || source instanceof BigUint64Array;
}
