import type { NumericArray } from '../numbers.js';

/** Texts of one length, which zarrita decodes one by one. */
export interface FixedTexts {
  readonly length: number;
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
  get(index: number): string;
}

/** Values of a decoded chunk. */
export interface Chunk {
  data: NumericArray | readonly unknown[] | FixedTexts;
  /** Distances of neighbors along each axis. */
  stride: number[];
}

/** Values of an array in row-major order. */
export type Values = NumericArray | string[];

/** Part of a matrix. A list is a matrix of one column. */
export interface Place {
  /** Position of the first value in the result, and distance of its rows. */
  at: number;
  stride: number;
  rows: number;
  cols: number;
}

/** Copies rows of a chunk from `firstRow` on into the result. */
export function copyChunk({ data, stride: strides }: Chunk, firstRow: number, place: Place, result: Values): void {
  const { at, stride, rows, cols } = place;
  const [rowStride = 1, colStride = 1] = strides;
  for (let r = 0; r < rows; r++) {
    const from = (firstRow + r) * rowStride;
    const to = at + r * stride;
    if (Array.isArray(result)) for (let c = 0; c < cols; c++) result[to + c] = textAt(data, from + c * colStride);
    else copyNumbers(data as Float64Array, from, colStride, result as Float64Array, to, cols);
  }
}

// Both arrays have one type, which the compiler cannot infer from the union.
function copyNumbers(
  data: Float64Array,
  from: number,
  step: number,
  result: Float64Array,
  to: number,
  count: number,
): void {
  if (step === 1) result.set(data.subarray(from, from + count), to);
  else for (let c = 0; c < count; c++) result[to + c] = data[from + c * step];
}

/** Fills the place of a missing chunk. */
export function fillPlace({ at, stride, rows, cols }: Place, value: number | bigint | string, result: Values): void {
  for (let r = 0; r < rows; r++) {
    const from = at + r * stride;
    if (Array.isArray(result)) for (let c = 0; c < cols; c++) result[from + c] = String(value);
    else (result as Float64Array).fill(value as number, from, from + cols);
  }
}

/** Returns a text. Python objects that are not texts are missing values. */
function textAt(data: Chunk['data'], index: number): string {
  const value = 'get' in data ? data.get(index) : data[index];
  return typeof value === 'string' ? value : '';
}
