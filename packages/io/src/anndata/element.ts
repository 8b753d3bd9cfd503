import type { NumericArray } from './numbers.js';
import type { CsrMatrix, DenseMatrix } from '@geneformer-ts/core';
import type { Column, DataFrame } from './data-frame.js';

/** Numbers of one dimension in their stored type. */
export type NumberList = NumericArray;

/** A matrix of single or double precision: `data` has rows × cols values, row by row. */
export type NumberMatrix = DenseMatrix<Float32Array | Float64Array>;

/**
 * A value of `uns`, `obsm` and the other dictionaries of an AnnData file: a scalar, a list, a matrix (dense or compressed
 * rows), a table, a single column, or a dictionary of those.
 */
export type Element =
  | string
  | number
  | bigint
  | boolean
  | readonly string[]
  | readonly boolean[]
  | readonly number[]
  | NumberList
  | NumberMatrix
  | CsrMatrix
  | DataFrame
  | Column
  | ElementDictionary;

/** A value of `obsm` or `varm`: one row per cell or gene. */
export type AxisElement = NumberMatrix | CsrMatrix | DataFrame;

/** A dictionary of elements by name. */
export interface ElementDictionary {
  readonly [name: string]: Element | null;
}

/** Returns what kind of element a value is, or undefined for another value. */
export function kindOfElement(
  value: unknown,
): 'scalar' | 'list' | 'dense' | 'sparse' | 'frame' | 'column' | 'dictionary' | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return 'scalar';
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) return 'list';
  const parts = value as { data?: unknown; indptr?: unknown; columns?: unknown; kind?: unknown };
  if (ArrayBuffer.isView(parts.data)) return parts.indptr === undefined ? 'dense' : 'sparse';
  if (parts.columns instanceof Map) return 'frame';
  if (
    ['string', 'number', 'boolean', 'categorical'].includes(parts.kind as string) &&
    ('values' in value || 'codes' in value)
  )
    return 'column';
  const prototype = Object.getPrototypeOf(value) as object | null;
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  return isPlain ? 'dictionary' : undefined;
}
