import { UnsupportedError } from '@geneformer-ts/core';
import { Bool, DataType, Field, Float32, Float64, Int64, List, Schema, Utf8 } from 'apache-arrow';

/** Type of a dataset column. */
export type Feature = 'int64' | 'float64' | 'string' | 'bool' | { list: 'int64' | 'float32' };

/** Lists of different lengths, one per row. Row `r` is `values.subarray(offsets[r], offsets[r + 1])`. */
export interface Ragged {
  /** One offset per row and the end of the last row; begins with 0. */
  offsets: Int32Array;
  values: Int32Array | Float32Array;
}

/** Values of one column. Columns of type `int64` have 64- or 32-bit integers; missing values are null. */
export type ColumnData = BigInt64Array | Int32Array | Float64Array | (string | null)[] | (boolean | null)[] | Ragged;

/** Consecutive rows of a dataset, stored by column. */
export interface RecordBatchColumns {
  rows: number;
  columns: Record<string, ColumnData>;
}

export function toSchema(features: Record<string, Feature>): Schema {
  const fields = Object.entries(features).map(([name, feature]) => new Field(name, toArrowType(feature), true));
  const description = JSON.stringify({ info: { features: toHuggingFace(features) } });
  return new Schema(fields, new Map([['huggingface', description]]));
}

function toArrowType(feature: Feature): DataType {
  if (typeof feature === 'object') {
    return new List<DataType>(new Field('item', feature.list === 'int64' ? new Int64() : new Float32(), true));
  }
  switch (feature) {
    case 'int64':
      return new Int64();
    case 'float64':
      return new Float64();
    case 'string':
      return new Utf8();
    case 'bool':
      return new Bool();
  }
}

/** Returns the features in the notation of `dataset_info.json`. Every version of `datasets` accepts `Sequence`. */
export function toHuggingFace(features: Record<string, Feature>): Record<string, object> {
  const value = (dtype: string): object => ({ dtype, _type: 'Value' });
  return Object.fromEntries(
    Object.entries(features).map(([name, feature]) => [
      name,
      typeof feature === 'object' ? { feature: value(feature.list), _type: 'Sequence' } : value(feature),
    ]),
  );
}

/**
 * Returns the features of a schema, which another program may have written. Integers of any width are read as int64,
 * floating-point numbers as float64, or as float32 in lists.
 *
 * @param only columns to include; default all
 * @throws UnsupportedError naming the column
 */
export function fromSchema(schema: Schema, path: string, only?: readonly string[]): Record<string, Feature> {
  const wanted = schema.fields.filter((field) => !only || only.includes(field.name));
  return Object.fromEntries(
    wanted.map((field) => [field.name, fromArrowType(field.type as DataType, field.name, path)]),
  );
}

/** Returns the item type of a list, a large list or a fixed-size list, all of which `datasets` writes; else undefined. */
export function itemType(type: DataType): DataType | undefined {
  if (DataType.isList(type) || DataType.isLargeList(type) || DataType.isFixedSizeList(type)) {
    return type.valueType as DataType;
  }
  return undefined;
}

function fromArrowType(type: DataType, name: string, path: string): Feature {
  if (DataType.isInt(type)) return 'int64';
  if (DataType.isFloat(type) && type.precision > 0) return 'float64';
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return 'string';
  if (DataType.isBool(type)) return 'bool';
  const item = itemType(type);
  if (item) {
    if (DataType.isInt(item)) return { list: 'int64' };
    if (DataType.isFloat(item) && item.precision > 0) return { list: 'float32' };
  }
  throw new UnsupportedError(
    path,
    `column '${name}'`,
    `type ${String(type)}`,
    "set the option 'columns' to the columns to read, without this one",
  );
}
