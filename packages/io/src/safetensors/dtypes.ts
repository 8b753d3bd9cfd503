/** Element types that are read; the first three widen to or are Float32Array. */
export type TensorDtype = 'F32' | 'F16' | 'BF16' | 'I64' | 'I32';

/** Bytes an element takes in the file. */
export const BYTES: Record<TensorDtype, number> = { F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4 };

/** The elements of a tensor, in row-major order. */
export type TensorData = Float32Array | BigInt64Array | Int32Array;

/** A tensor as read: `dtype` is what the file stores, `data` is widened. */
export interface NamedTensor {
  dtype: TensorDtype;
  shape: number[];
  data: TensorData;
}

export function isDtype(name: unknown): name is TensorDtype {
  return typeof name === 'string' && Object.hasOwn(BYTES, name);
}

/** Little-endian bytes as elements; `bytes` must begin at a multiple of eight in its buffer. */
export function decodeTensor(dtype: TensorDtype, bytes: Uint8Array): TensorData {
  const { buffer, byteOffset, byteLength } = bytes;
  switch (dtype) {
    case 'F32':
      return new Float32Array(buffer, byteOffset, byteLength / 4);
    case 'I64':
      return new BigInt64Array(buffer, byteOffset, byteLength / 8);
    case 'I32':
      return new Int32Array(buffer, byteOffset, byteLength / 4);
    case 'BF16':
      return widenBfloat16(new Uint16Array(buffer, byteOffset, byteLength / 2));
    case 'F16':
      return widenFloat16(new Uint16Array(buffer, byteOffset, byteLength / 2));
  }
}

/** A bfloat16 is the upper half of a float32. */
function widenBfloat16(source: Uint16Array): Float32Array {
  const bits = new Uint32Array(source.length);
  for (let i = 0; i < source.length; i++) bits[i] = source[i] << 16;
  return new Float32Array(bits.buffer);
}

/** IEEE 754 half precision, subnormals, infinities and NaN included; exact. */
export function widenFloat16(source: Uint16Array): Float32Array {
  const result = new Float32Array(source.length);
  for (let i = 0; i < source.length; i++) {
    const bits = source[i];
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0x1f) result[i] = fraction ? NaN : sign * Infinity;
    else if (exponent === 0) result[i] = sign * fraction * 2 ** -24;
    else result[i] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return result;
}
